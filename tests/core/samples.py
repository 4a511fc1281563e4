"""Example items for the tests of the core: one for each interaction, and one of a case set."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from quizapp.assessment.codec import item_from_document
from quizapp.assessment.item import Item, Stimulus

LADDER = Stimulus("ladder", "A ladder of bills", "A client holds *three* bills.")
_HEAD: Mapping[str, Any] = {
    "subtopic": "1.1",
    "objective": "T1-O1",
    "level": "apply",
    "difficulty": 2,
    "style": "single",
    "explanation": {"rule": "A year of bills has 360 days.", "why": "The *discount* basis is actual/360."},
    "facts": ["F1"],
    "sources": ["A named text"],
    "as_of": date(2026, 6, 30),
    "review_by": date(2027, 6, 30),
    "status": "live",
    "licence": "CC-BY-4.0",
    "author": "quizapp contributors",
}


def _options(**texts: str) -> list[dict[str, str]]:
    return [
        {"id": name, "text": text, "rationale": f"Why {name}."}
        | ({} if name.startswith("right") else {"misconception": f"slip-{name}"})
        for name, text in texts.items()
    ]


DOCUMENTS: Mapping[str, Mapping[str, Any]] = {
    "single_choice": {
        **_HEAD,
        "id": "T1-0001",
        "concept": "bill-basis",
        "interaction": "single_choice",
        "stem": "On how many days is a *bill* quoted?",
        "options": _options(right="360", near="364", far="365", off="366"),
        "key": ["right"],
        "option_order": "fixed",
        "sample": True,
    },
    "multiple_response": {
        **_HEAD,
        "id": "T1-0002",
        "concept": "marketable",
        "interaction": "multiple_response",
        "stem": "Which **two** are marketable?",
        "options": _options(right_1="Bill", right_2="Note", bond="Savings bond", loan="Loan"),
        "key": ["right_1", "right_2"],
        "option_order": "shuffled",
        "choose": "stated",
    },
    "numeric_entry": {
        **_HEAD,
        "id": "T1-0003",
        "concept": "compounding",
        "interaction": "numeric_entry",
        "style": "numeric",
        "stem": "What is the effective rate?",
        "unit": "% a year",
        "decimals": 2,
        "key": {"value": "8.16", "tolerance": "0.005"},
        "slips": [{"value": "8.00", "misconception": "nominal", "rationale": "That is the nominal rate."}],
    },
    "true_false": {
        **_HEAD,
        "id": "T1-0005",
        "concept": "price-and-yield",
        "interaction": "true_false",
        "stem": "A price rises with its yield.",
        "key": False,
        "why_right": "Right. It *falls*.",
        "why_wrong": "Wrong. They part ways.",
        "misconception": "price-with-yield",
    },
    "statement_set": {
        **_HEAD,
        "id": "T1-0006",
        "concept": "coupons",
        "interaction": "statement_set",
        "style": "statements",
        "stem": "Which pay coupons?",
        "statements": [
            {
                "text": text,
                "truth": truth,
                "reason": f"{text} {'do' if truth else 'do not'}.",
                "misconception": f"of-{text}",
            }
            for text, truth in (("bills", False), ("notes", True), ("bonds", True))
        ],
    },
    "matching": {
        **_HEAD,
        "id": "T1-0007",
        "concept": "terms",
        "interaction": "matching",
        "stem": "How long do they run?",
        "prompts": [
            {"text": f"A *{text}*", "key": key, "rationale": f"Why {text}.", "misconception": f"of-{text}"}
            for text, key in (("bill", "year"), ("note", "ten"), ("bond", "thirty"))
        ],
        "options": [{"id": one, "text": f"Up to {one}"} for one in ("year", "ten", "thirty", "ever")],
    },
    "ordering": {
        **_HEAD,
        "id": "T1-0008",
        "concept": "auction",
        "interaction": "ordering",
        "stem": "In which order?",
        "elements": [
            {"id": one, "text": f"The {one}", "rationale": f"Why {one}.", "misconception": f"of-{one}"}
            for one in ("notice", "bids", "award")
        ],
    },
    "short_text": {
        **_HEAD,
        "id": "T1-0009",
        "concept": "haircut",
        "interaction": "short_text",
        "stem": "What is taken off the value of *collateral*?",
        "accepted": ["haircut", "[the] repo haircut*"],
        "why_right": "Right. It *guards* the lender.",
        "slips": [
            {"pattern": "margin call", "misconception": "margin", "rationale": "Wrong. That *comes later*."}
        ],
    },
    "cloze": {
        **_HEAD,
        "id": "T1-0010",
        "concept": "yields",
        "interaction": "cloze",
        "stem": "Fill the gaps.",
        "passage": "When *yields* rise, prices {{move}}; 100 at 98.50 cost {{cost}} on the {{day}}.",
        "blanks": [
            {
                "id": "move",
                "choices": [
                    {"id": "fall", "text": "fall", "rationale": "Right. They *fall*."},
                    {"id": "rise", "text": "rise", "rationale": "Wrong.", "misconception": "same-way"},
                ],
                "key": "fall",
            },
            {
                "id": "cost",
                "number": {"value": "98.50", "tolerance": "0.005", "decimals": 2, "unit": "USD"},
                "why_right": "The price *is* per 100.",
                "slips": [{"value": "985", "misconception": "per-thousand", "rationale": "Per 1,000."}],
            },
            {
                "id": "day",
                "accepted": ["settlement [day|date]"],
                "why_right": "Then it is paid.",
                "slips": [],
            },
        ],
    },
    "case": {
        **_HEAD,
        "id": "T1-0004",
        "concept": "ladder-roll",
        "interaction": "single_choice",
        "style": "case",
        "stimulus": LADDER.id,
        "stem": "Which bill is *next*?",
        "options": _options(right="The first", near="The second", far="The third", off="None"),
        "key": ["right"],
        "option_order": "fixed",
    },
}
"""What files hold for each example item, by interaction; `case` belongs to a case set."""


def sample(name: str, **changed: Any) -> Item:
    """An example item, with some fields of its file changed."""
    return item_from_document({**DOCUMENTS[name], **changed}, "small", "T1", {LADDER.id: LADDER})
