"""A bank's head and facts as plain JSON for the database, and back."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from quizapp.bank.values import BankHead, Fact, Topic


def head_document(head: BankHead, facts: tuple[Fact, ...]) -> dict[str, Any]:
    """What a bank covers, its topics and its facts; id, title and licence are stored apart."""
    return {
        "covers": head.covers,
        "topics": [
            {
                "id": one.id,
                "title": one.title,
                "subtopics": [list(pair) for pair in one.subtopics],
                "objectives": [list(pair) for pair in one.objectives],
            }
            for one in head.topics
        ],
        "facts": [_fact_document(one) for one in facts],
    }


def _fact_document(fact: Fact) -> dict[str, Any]:
    stored = {
        "id": fact.id,
        "statement": fact.statement,
        "value": None if fact.value is None else format(fact.value, "f"),
        "unit": fact.unit,
        "as_of": fact.as_of.isoformat(),
        "vintage": fact.vintage,
        "source": fact.source,
        "confidence": fact.confidence,
        "review_by": fact.review_by.isoformat(),
    }
    return {name: value for name, value in stored.items() if value is not None}


def head_of(slug: str, title: str, licence: str, stored: Mapping[str, Any]) -> BankHead:
    """The head behind its stored form."""
    return BankHead(
        slug,
        title,
        licence,
        stored["covers"],
        tuple(
            Topic(
                one["id"],
                one["title"],
                tuple((name, text) for name, text in one.get("subtopics", ())),
                tuple((name, text) for name, text in one.get("objectives", ())),
            )
            for one in stored["topics"]
        ),
    )


def facts_of(stored: Mapping[str, Any]) -> tuple[Fact, ...]:
    """The facts behind their stored form."""
    return tuple(
        Fact(
            one["id"],
            one["statement"],
            Decimal(one["value"]) if "value" in one else None,
            one.get("unit"),
            date.fromisoformat(one["as_of"]),
            one.get("vintage"),
            one["source"],
            one["confidence"],
            date.fromisoformat(one["review_by"]),
        )
        for one in stored.get("facts", ())
    )
