"""Whether a template is sound: what is wrong with it as written, and what its draws come to."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product
from random import Random

from quizapp.assessment.errors import MalformedItem
from quizapp.assessment.formulas.checking import check
from quizapp.assessment.formulas.errors import FormulaError
from quizapp.assessment.formulas.functions import Language
from quizapp.assessment.formulas.grammar import parse
from quizapp.assessment.formulas.tree import Call, Kind
from quizapp.assessment.interactions import numeric_entry, single_choice
from quizapp.assessment.item import Finding, Item
from quizapp.assessment.registry import INTERACTIONS
from quizapp.assessment.variants.dealing import TRIES, Dealer, Rejected, TemplateUnsound
from quizapp.assessment.variants.printing import Manner, decimals_asked
from quizapp.assessment.variants.template import (
    CONVENTION,
    DECIMALS,
    KEY,
    Computed,
    ItemTemplate,
    WorkedFormula,
)
from quizapp.assessment.variants.texts import names_in, strays_in

DRAWN, COMPUTED, CORNERS = 20, 40, 16
"""How many draws an import makes items of, how many more it only computes; and the ends of the ranges.

Few enough that a bank of sixty templates is read in seconds; `vary` tries thousands.
"""
ALL_DRAWN, ALL_COMPUTED = 100, 1_000
"""Where a template has no more draws than so, every one is made, or computed."""
FEWEST_VALID = 10
"""Of a hundred draws so many must be valid, lest a deal runs out of tries."""
_FAULTS: Mapping[str, str] = {
    "division_by_zero": "a draw divides by zero here: exclude it by a constraint on the parameters",
    "rounded_in_stem": "the stem prints this rounded, but the key is computed from all its digits",
}
"""What no draw may come to, though the next one might be valid."""


@dataclass(frozen=True)
class Variation:
    """What many seeds of a template gave: how many items, how many of them different, and what failed.

    `size` is the number of draws there are, sound or not; `rejected` counts draws by reason, `failures` are
    the seeds without any valid draw.
    """

    size: int
    dealt: int
    distinct: int
    rejected: Mapping[str, int]
    failures: tuple[int, ...]


def vary(template: ItemTemplate, count: int, language: Language, first_seed: int = 0) -> Variation:
    """So many seeds dealt and compared by what a candidate sees of them: the stem and the body."""
    dealer = Dealer(template, language)
    seen: set[str] = set()
    rejected: Counter[str] = Counter()
    failures: list[int] = []
    for seed in range(first_seed, first_seed + count):
        try:
            seen.add(_face(dealer.deal(seed, TRIES, rejected)))
        except TemplateUnsound:
            failures.append(seed)
    return Variation(template.size, count, len(seen), dict(rejected.most_common()), tuple(failures))


def findings(template: ItemTemplate, language: Language) -> Iterator[Finding]:
    """All that keeps a template from being imported; its draws are tried where nothing else is wrong."""
    faults = [*_formula_findings(template, language), *_text_findings(template), *_answer_findings(template)]
    yield from faults
    if not faults:
        yield from _draw_findings(template, language)


def _face(item: Item) -> str:
    body = INTERACTIONS[item.public.interaction].dump_body(item.public.body)
    return f"{item.public.stem}\n{body}"


def _formulas(template: ItemTemplate) -> Iterator[tuple[tuple[str, ...], str, Kind | None]]:
    """Every formula with its path and the kind that it must have, None for any; values come first."""
    for name, source in template.values.items():
        yield ("values", name), source, None
    for place, source in enumerate(template.constraints):
        yield ("constraints", str(place)), source, Kind.TRUTH
    if isinstance(template.answer, Computed):
        yield (KEY, "formula"), template.answer.formula, Kind.NUMBER
        for place, one in enumerate(template.answer.distractors):
            yield ("distractors", str(place), "formula"), one.formula, Kind.NUMBER
    for place, step in enumerate(template.steps):
        if isinstance(step, WorkedFormula):
            yield ("steps", str(place), "formula"), step.formula, Kind.NUMBER


def _kinds(template: ItemTemplate, language: Language) -> dict[str, Kind]:
    """The kinds of all names; a value whose formula is at fault, or needs itself, has none."""
    kinds = {name: one.kind for name, one in template.parameters.items()}
    waiting = dict(template.values)
    while waiting:
        found = {}
        for name, source in waiting.items():
            kind = check(source, kinds, language)
            if not kind.faults and kind.kind is not None:
                found[name] = kind.kind
        if not found:
            break
        kinds |= found
        waiting = {name: source for name, source in waiting.items() if name not in found}
    return kinds


def _formula_findings(template: ItemTemplate, language: Language) -> Iterator[Finding]:
    kinds = _kinds(template, language)
    for path, source, wanted in _formulas(template):
        checked = check(source, kinds, language)
        for one in checked.faults:
            if one.code == "unknown_name" and one.values["name"] in template.values:
                message = f"'{one.values['name']}' needs this value itself, or is at fault"
                yield Finding(path, "unknown_value", f"line {one.line}, column {one.column}: {message}")
            else:
                yield Finding(path, one.code, str(one))
        if not checked.faults and wanted is not None and checked.kind is not wanted:
            yield Finding(path, "wrong_kind", f"this must be {wanted}, not {checked.kind}")
        if not checked.faults and path[0] == "steps" and not _has_working(source, language):
            yield Finding(path, "no_working", "worked steps come from one call of a finance formula")
    for name, show in template.show.items():
        if name not in template.known:
            yield Finding(("show", name), "unknown_name", f"there is no value named '{name}'")
        elif name in kinds and kinds[name] is not show.kind:
            yield Finding(("show", name), "wrong_kind", f"'{show}' prints {show.kind}, not {kinds[name]}")
    for name in sorted({*template.parameters} & {*template.values}):
        yield Finding(("values", name), "name_taken", "a parameter has this name")
    yield from _use_findings(template, kinds)


def _has_working(source: str, language: Language) -> bool:
    root = parse(source, language.limits).root
    return isinstance(root, Call) and language.functions[root.name].working is not None


def _use_findings(template: ItemTemplate, kinds: Mapping[str, Kind]) -> Iterator[Finding]:
    """What is drawn or computed and never used, or used and not told to the candidate."""
    needs = _needs(template)
    printed = {name for one in template.texts() for name in names_in(one.text)}
    used = printed | {name for names in needs.values() for name in names}
    asked = {*names_in(template.stem), *names_in(template.convention)} & template.known
    told = asked | {name for one in asked for name in _behind((one,), needs)}
    for name in template.parameters:
        if name not in used:
            yield Finding(("parameters", name), "unused", "no formula and no text uses this parameter")
        elif name not in told:
            yield Finding(("parameters", name), "not_in_stem", "the stem does not print this parameter")
    for name in template.values:
        if name not in used:
            yield Finding(("values", name), "unused", "no formula and no text uses this value")
    for name in sorted(printed & set(template.values)):
        if name not in template.show and kinds.get(name) not in (None, Kind.DATE, Kind.WORD):
            yield Finding(("show", name), "missing", f"a text prints '{name}': say with how many decimals")


def _needs(template: ItemTemplate) -> dict[tuple[str, ...], frozenset[str]]:
    """The names that each formula uses, by its path; none for a formula that cannot be read."""
    needs = {}
    for path, source, _ in _formulas(template):
        try:
            needs[path] = parse(source).names
        except FormulaError:
            needs[path] = frozenset()
    return needs


def _behind(names: tuple[str, ...], needs: Mapping[tuple[str, ...], frozenset[str]]) -> set[str]:
    """All names that values come from, at any remove."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        for name in needs.get(("values", waiting.pop()), frozenset()):
            if name not in found:
                found.add(name)
                waiting.append(name)
    return found


def _text_findings(template: ItemTemplate) -> Iterator[Finding]:
    for one in template.texts():
        for name in names_in(one.text):
            if name not in one.allowed:
                yield Finding(one.path, "unknown_placeholder", f"nothing is named '{name}' here")
        if strays_in(one.text):
            yield Finding(one.path, "unknown_placeholder", "[[ and ]] hold one name and nothing else")


def _answer_findings(template: ItemTemplate) -> Iterator[Finding]:
    if not template.convention.strip():
        yield Finding((CONVENTION,), "missing", "the stem states day count, compounding and rounding")
    answer = template.answer
    numeric = template.interaction == numeric_entry.NAME
    if not isinstance(answer, Computed):
        if numeric:
            yield Finding((KEY,), "missing", "the number that is typed comes from a formula")
        return
    if not numeric and template.interaction != single_choice.NAME:
        yield Finding((KEY,), "not_computed", "a computed key goes with a number field or single choice")
    if answer.tolerance <= 0:
        yield Finding((KEY, "tolerance"), "tolerance", "the tolerance is above zero")
    if answer.show.manner is Manner.DATE or (numeric and answer.show.manner is Manner.THIRTY_SECONDS):
        yield Finding((KEY, "show"), "wrong_kind", "nobody can type a number that is printed like this")
    if numeric and not answer.unit:
        yield Finding((KEY, "unit"), "missing", "a number field names its unit")
    if not numeric and not answer.rationale:
        yield Finding((KEY, "rationale"), "missing", "the right option has its rationale")
    for place, one in enumerate(answer.distractors):
        for name, text in (("rationale", one.rationale), ("misconception", one.misconception)):
            if not text.strip():
                yield Finding(("distractors", str(place), name), "missing", "a wrong formula has one")
    names = [one.name for one in answer.distractors]
    for place, name in enumerate(names):
        if name in template.known or name in names[:place]:
            yield Finding(("distractors", str(place), "name"), "name_taken", "something else has this name")
    wanted = 1 if numeric else single_choice.OPTIONS - 1
    if len(names) < wanted or (not numeric and len(names) > wanted):
        yield Finding(
            ("distractors",), "count", f"{wanted} wrong formula{'s' if wanted > 1 else ''} are wanted"
        )
    yield from _rounding_findings(template, answer)


def _rounding_findings(template: ItemTemplate, answer: Computed) -> Iterator[Finding]:
    """The candidate is told to round as the key is rounded."""
    asked = f"{template.stem} {template.convention}"
    words, places = decimals_asked(answer.show), answer.show.places
    said = words in asked or (places and f"{places} decimal" in asked) or DECIMALS in names_in(asked)
    if answer.show.manner is not Manner.THIRTY_SECONDS and not said:
        message = f"the candidate is told to round to {words}: write it out, or [[decimals]]"
        yield Finding((CONVENTION,), "rounding_not_said", message)


def _draw_findings(template: ItemTemplate, language: Language) -> Iterator[Finding]:
    """What a sample of draws shows: one that divides by zero, or too few that are valid."""
    dealer = Dealer(template, language)
    reasons: Counter[str] = Counter()
    faults: dict[str, str] = {}
    valid = 0
    for places in _sample(template):
        try:
            dealer.draw(places)
            valid += 1
        except Rejected as refused:
            reasons[str(refused)] += 1
            faults |= _fault(refused)
        except MalformedItem as refused:
            yield Finding(refused.path, refused.code, refused.message)
            return
    for places in _more(template):
        try:
            dealer.compute(places)
        except Rejected as refused:
            faults |= _fault(refused)
    for where, code in faults.items():
        yield Finding(tuple(where.split(".")), code, _FAULTS[code])
    drawn = valid + reasons.total()
    most = "; ".join(f"{reason} ({count})" for reason, count in reasons.most_common(3))
    if not valid:
        yield Finding(("parameters",), "no_valid_draw", f"none of {drawn} draws is valid: {most}")
    elif valid * 100 < FEWEST_VALID * drawn:
        message = f"only {valid} of {drawn} draws are valid: {most}"
        yield Finding(("parameters",), "few_valid_draws", message)


def _fault(refused: Rejected) -> dict[str, str]:
    return {refused.where: refused.code} if refused.code in _FAULTS else {}


def _sample(template: ItemTemplate) -> Iterator[list[int]]:
    """Every draw where they are so few, else the corners of all ranges and a seeded sample of the rest."""
    if template.size <= ALL_DRAWN:
        yield from _all_draws(template)
        return
    for corner in islice(product(*((0, size - 1) for size in _sizes(template))), CORNERS):
        yield list(corner)
    yield from _by_chance(template, DRAWN)


def _more(template: ItemTemplate) -> Iterator[list[int]]:
    """Draws that are computed and no more: every one where they are few, else another seeded sample."""
    if template.size > ALL_COMPUTED:
        yield from _by_chance(template, COMPUTED)
    elif template.size > ALL_DRAWN:
        yield from _all_draws(template)


def _sizes(template: ItemTemplate) -> list[int]:
    return [one.size for _, one in sorted(template.parameters.items())]


def _all_draws(template: ItemTemplate) -> Iterator[list[int]]:
    return (list(places) for places in product(*(range(size) for size in _sizes(template))))


def _by_chance(template: ItemTemplate, count: int) -> Iterator[list[int]]:
    chance, sizes = Random(count), _sizes(template)  # noqa: S311 - a sample, no secret
    return ([int(chance.random() * size) for size in sizes] for _ in range(count))
