"""Item templates as plain dicts, the shape of a file, and the version that is a hash of that shape.

Scalars may come as the text that a file holds or already typed; going out they are text, dates and whole
numbers, as those of items are.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from quizapp.assessment.codec import canonical_decimal, digest
from quizapp.assessment.errors import MalformedItem
from quizapp.assessment.formulas.tree import Kind
from quizapp.assessment.item import Explanation, Level, Status, Style
from quizapp.assessment.registry import INTERACTIONS
from quizapp.assessment.variants.fields import Part, Path, day_from, number_from, show_from, word_from
from quizapp.assessment.variants.template import (
    Choices,
    Computed,
    DateRange,
    Distractor,
    ItemTemplate,
    NumberRange,
    Parameter,
    WorkedFormula,
    WorkedText,
    Written,
)

FORMAT = 1
LARGEST_SIZE = 10**9


def template_from_document(document: Mapping[str, Any], bank: str, topic: str) -> ItemTemplate:
    """The template behind the shape of a file; raises MalformedItem with the path of the first bad field."""
    part = Part(document, ())
    interaction = part.text("interaction")
    if interaction not in INTERACTIONS:
        message = f"there is no interaction '{interaction}'"
        raise MalformedItem(("interaction",), "unknown_interaction", message)
    explanation = part.part("explanation")
    return part.done(
        ItemTemplate(
            bank=bank,
            topic=topic,
            id=part.text("id"),
            subtopic=part.text("subtopic"),
            objective=part.text("objective"),
            concept=part.text("concept"),
            level=part.one_of("level", Level),
            difficulty=part.whole("difficulty"),
            interaction=interaction,
            style=part.one_of("style", Style),
            parameters=_parameters(part),
            constraints=part.texts("constraints"),
            values=_values(part),
            show={name: show_from(one, ("show", name)) for name, one in part.named("show").items()},
            stem=part.text("stem"),
            convention=part.optional("convention"),
            answer=_computed(part) if part.has("key") else Written(part.part("answer").fields),
            explanation=explanation.done(Explanation(explanation.text("rule"), explanation.text("why"))),
            steps=tuple(_step(one) for one in part.parts("steps")),
            facts=part.texts("facts"),
            sources=part.texts("sources"),
            as_of=part.day("as_of"),
            review_by=part.day("review_by"),
            status=part.one_of("status", Status),
            licence=part.text("licence"),
            author=part.text("author"),
        )
    )


def template_to_document(template: ItemTemplate) -> dict[str, Any]:
    """The shape of a file for a template, fields in the order in which people read them."""
    document: dict[str, Any] = {
        "id": template.id,
        "subtopic": template.subtopic,
        "objective": template.objective,
        "concept": template.concept,
        "level": template.level.value,
        "difficulty": template.difficulty,
        "interaction": template.interaction,
        "style": template.style.value,
        "parameters": {name: _written(one) for name, one in template.parameters.items()},
        "constraints": list(template.constraints),
        "values": dict(template.values),
        "show": {name: str(one) for name, one in template.show.items()},
        "stem": template.stem,
        "convention": template.convention,
    }
    if isinstance(template.answer, Computed):
        document |= _answer(template.answer)
    else:
        document["answer"] = dict(template.answer.fields)
    return {name: one for name, one in document.items() if one not in ([], {})} | {
        "explanation": {"rule": template.explanation.rule, "why": template.explanation.why},
        **({"steps": [_written_step(one) for one in template.steps]} if template.steps else {}),
        **({"facts": list(template.facts)} if template.facts else {}),
        "sources": list(template.sources),
        "as_of": template.as_of,
        "review_by": template.review_by,
        "status": template.status.value,
        "licence": template.licence,
        "author": template.author,
    }


def dump_template(template: ItemTemplate) -> dict[str, Any]:
    """The form in which a template is stored: its file's shape with its place; it is live when dealt."""
    document = template_to_document(template) | {"status": Status.LIVE.value}
    return {"bank": template.bank, "topic": template.topic, "template": document}


def load_template(document: Mapping[str, Any]) -> ItemTemplate:
    """The template behind its stored form."""
    return template_from_document(document["template"], document["bank"], document["topic"])


def version_of_template(template: ItemTemplate) -> str:
    """The template's version: a hash of all but its place in the bank's life."""
    document = template_to_document(template)
    del document["status"]
    return digest({"format": FORMAT, "bank": template.bank, "topic": template.topic, "template": document})


_KEY = ("interaction", "values", "key", "answer")
"""The fields of a template that say what counts as right."""


def key_digest_of_template(template: ItemTemplate) -> str:
    """A hash that changes when what the template counts as right is computed otherwise.

    All variants of a template share it, so that it tells a mended key from another draw.
    """
    document = template_to_document(template)
    return digest({name: document[name] for name in _KEY if name in document})


def _parameters(part: Part) -> dict[str, Parameter]:
    named = part.named("parameters")
    return {name: _parameter(Part(one, ("parameters", name))) for name, one in named.items()}


def _values(part: Part) -> dict[str, str]:
    named = part.named("values")
    for name, one in named.items():
        if not isinstance(one, str):
            raise MalformedItem(("values", name), "not_text", "a value is a formula")
    return named


def _parameter(part: Part) -> Parameter:
    made: Parameter
    if part.has("from"):
        made = NumberRange(part.number("from"), part.number("to"), part.number("by"))
        if made.step <= 0 or made.stop < made.start or (made.stop - made.start) / made.step > LARGEST_SIZE:
            raise MalformedItem(part.path, "bad_range", "a range goes up from 'from' to 'to' by small steps")
    elif part.has("first"):
        made = DateRange(part.day("first"), part.day("last"), part.whole("every"))
        if made.every < 1 or made.last < made.first:
            raise MalformedItem(part.path, "bad_range", "a range of dates goes from 'first' to 'last'")
    else:
        made = _choices(part)
    return part.done(made)


def range_from(value: Any, path: Path) -> NumberRange:
    """A range of numbers by itself."""
    made = _parameter(Part(value, path))
    if not isinstance(made, NumberRange):
        raise MalformedItem(path, "bad_range", "write a range as {from, to, by}")
    return made


def _choices(part: Part) -> Choices:
    typed: Mapping[str, tuple[Kind, Callable[[Any, Path], Any]]] = {
        "numbers": (Kind.NUMBER, number_from),
        "dates": (Kind.DATE, day_from),
        "words": (Kind.WORD, word_from),
    }
    for name, (kind, read) in typed.items():
        if part.has(name):
            written = part.listed(name)
            values = tuple(read(one, (*part.path, name, str(place))) for place, one in enumerate(written))
            if len(set(values)) != len(values) or not values:
                raise part.refused(name, "repeated", "a list holds different values, and at least one")
            return Choices(kind, values)
    raise MalformedItem(part.path, "bad_parameter", "a parameter is from/to/by, first/last/every or a list")


def _computed(part: Part) -> Computed:
    key = part.part("key")
    distractors = tuple(
        one.done(
            Distractor(
                name=one.check_name(one.text("name"), "name"),
                formula=one.text("formula"),
                misconception=one.optional("misconception"),
                rationale=one.optional("rationale"),
            )
        )
        for one in part.parts("distractors")
    )
    return key.done(
        Computed(
            formula=key.text("formula"),
            show=key.show("show"),
            tolerance=key.number("tolerance"),
            distractors=distractors,
            rationale=key.text("rationale") if key.has("rationale") else None,
            text=key.text("text") if key.has("text") else None,
            unit=key.text("unit") if key.has("unit") else None,
        )
    )


def _answer(answer: Computed) -> dict[str, Any]:
    key = {
        "formula": answer.formula,
        "show": str(answer.show),
        "tolerance": canonical_decimal(answer.tolerance),
        "rationale": answer.rationale,
        "text": answer.text,
        "unit": answer.unit,
    }
    return {
        "key": {name: one for name, one in key.items() if one is not None},
        "distractors": [
            {
                "name": one.name,
                "formula": one.formula,
                "misconception": one.misconception,
                "rationale": one.rationale,
            }
            for one in answer.distractors
        ],
    }


def _step(part: Part) -> WorkedText | WorkedFormula:
    if part.has("text"):
        return part.done(WorkedText(part.text("text")))
    return part.done(WorkedFormula(part.text("formula"), part.show("show")))


def _written_step(step: WorkedText | WorkedFormula) -> dict[str, str]:
    if isinstance(step, WorkedText):
        return {"text": step.text}
    return {"formula": step.formula, "show": str(step.show)}


def _written(parameter: Parameter) -> dict[str, Any]:
    if isinstance(parameter, NumberRange):
        bounds = {"from": parameter.start, "to": parameter.stop, "by": parameter.step}
        return {name: canonical_decimal(one) for name, one in bounds.items()}
    if isinstance(parameter, DateRange):
        return {"first": parameter.first, "last": parameter.last, "every": parameter.every}
    name = {Kind.NUMBER: "numbers", Kind.DATE: "dates"}.get(parameter.kind, "words")
    return {name: [canonical_decimal(one) if isinstance(one, Decimal) else one for one in parameter.values]}
