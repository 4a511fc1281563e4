"""The item templates of a bank's files: typed, judged by their draws, and dealt once for their specimen."""

import json
from collections.abc import Iterator
from typing import Any

from quizapp.assessment.codec import canonical
from quizapp.assessment.errors import MalformedItem
from quizapp.assessment.formulas.standard import standard
from quizapp.assessment.item import Finding, Item
from quizapp.assessment.variants.dealing import deal
from quizapp.assessment.variants.dealt import SPECIMEN
from quizapp.assessment.variants.document import (
    dump_template,
    load_template,
    template_from_document,
    version_of_template,
)
from quizapp.assessment.variants.soundness import findings
from quizapp.assessment.variants.template import ItemTemplate
from quizapp.bank.formats import native
from quizapp.bank.problems import Problem
from quizapp.bank.schema import fit
from quizapp.bank.tree import Path, Tree


def read_template(
    value: Any, root: Path, file: str, tree: Tree, part: native.ItemsFile, name: str
) -> tuple[ItemTemplate | None, Item | None, list[Problem]]:
    """A template and its specimen, or every problem that keeps it from being imported."""
    fitted, problems = fit(native.TemplatePart, value, tree, file, root, name)
    if fitted is None:
        return None, None, problems
    try:
        read = template_from_document(value, part.bank, part.topic)
    except MalformedItem as refused:
        message = f"{'.'.join(refused.path)}: {refused.message}"
        return None, None, [Problem(file, tree.line_of(refused.path, root), name, refused.code, message)]
    # Judged as it will be dealt: out of the database.
    template = load_template(json.loads(canonical(dump_template(read))))
    problems = list(_problems(template, root, file, tree, name))
    if problems:
        return None, None, problems
    return read, deal(template, SPECIMEN, standard()), []


_judged: dict[str, tuple[Finding, ...]] = {}
"""What was found in a template by its version, which says all of it; forgotten when it grows."""
_MOST_JUDGED = 2_000


def _findings(template: ItemTemplate) -> tuple[Finding, ...]:
    version = version_of_template(template)
    if version not in _judged:
        if len(_judged) > _MOST_JUDGED:
            _judged.clear()
        _judged[version] = tuple(findings(template, standard()))
    return _judged[version]


def _problems(template: ItemTemplate, root: Path, file: str, tree: Tree, name: str) -> Iterator[Problem]:
    for one in _findings(template):
        message = f"{'.'.join(one.path)}: {one.message}"
        yield Problem(file, tree.line_of(one.path, root), name, one.code, message)
