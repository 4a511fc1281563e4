"""The plan of an upload: what a set of files would make of a bank, and its form in the database."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quizapp.assessment.blueprint import ExamProfile
from quizapp.assessment.codec import profile_document, profile_from_document
from quizapp.assessment.item import PublicItem, Status
from quizapp.bank.head import facts_of, head_document, head_of
from quizapp.bank.problems import Figure, Notice, Problem
from quizapp.bank.values import BankHead, Fact, Reading

MOST_NOTICES = 1000
"""Warnings that an upload's report keeps."""


@dataclass(frozen=True)
class PlannedItem:
    """A sound item of a plan: its staged version, its standing, and where its file holds it."""

    slug: str
    version: str
    key: str
    status: Status
    sample: bool
    ordinal: int
    file: str
    line: int
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlacedItem:
    """A planned item with its public half, as the store places it in a bank."""

    public: PublicItem
    status: Status
    sample: bool
    facts: tuple[str, ...]

    @property
    def unit_key(self) -> str:
        """What is drawn as one: the case set if the item belongs to one, else the item itself."""
        return self.public.stimulus.id if self.public.stimulus else self.public.id


@dataclass(frozen=True)
class Plan:
    """What a set of files says. `head`, `facts`, `profiles` are None where their file is not among them.

    `notices` are the warnings that no waiver excuses, `figures` the statistics that lie beyond their limit.
    """

    head: BankHead | None
    facts: tuple[Fact, ...] | None
    profiles: tuple[ExamProfile, ...] | None
    topics: frozenset[str]
    items: tuple[PlannedItem, ...]
    found: int
    rejected: tuple[str, ...]
    problems: tuple[Problem, ...]
    blocked: bool
    notices: tuple[Notice, ...] = ()
    figures: tuple[Figure, ...] = ()
    notes: tuple[Mapping[str, Any], ...] = ()


def plan_of(reading: Reading, versions: Mapping[str, str], keys: Mapping[str, str]) -> Plan:
    """The plan of a reading whose versions are staged; `versions` and `keys` are by slug.

    A blocked reading plans no items: none of them is staged.
    """
    sound = () if reading.blocked else reading.items
    counted: Counter[str] = Counter()
    ordinals = {}
    for one in sound:
        ordinals[one.item.public.id] = counted[one.item.public.topic]
        counted[one.item.public.topic] += 1
    return Plan(
        reading.head,
        reading.facts,
        reading.profiles,
        reading.topics,
        tuple(
            PlannedItem(
                one.item.public.id,
                versions[one.item.public.id],
                keys[one.item.public.id],
                one.item.status,
                one.item.sample,
                ordinals[one.item.public.id],
                one.file,
                one.line,
                one.item.facts,
            )
            for one in sound
        ),
        reading.found,
        reading.rejected,
        reading.problems,
        reading.blocked,
        tuple(one for one in reading.notices if one.waived is None)[:MOST_NOTICES],
        tuple(one for one in reading.figures if not one.sound and not one.blocks),
        tuple(one.source for one in reading.notes),
    )


def dump_plan(plan: Plan) -> str:
    """The stored form of a plan."""
    head = plan.head or BankHead("", "", "", "", ())
    return json.dumps(
        {
            "head": None
            if plan.head is None
            else {"id": head.id, "title": head.title, "licence": head.licence},
            "has_facts": plan.facts is not None,
            "document": head_document(head, plan.facts or ()),
            "profiles": None if plan.profiles is None else [profile_document(one) for one in plan.profiles],
            "topics": sorted(plan.topics),
            "items": [vars(one) for one in plan.items],
            "found": plan.found,
            "rejected": list(plan.rejected),
            "problems": [vars(one) for one in plan.problems],
            "blocked": plan.blocked,
            "notices": [vars(one) for one in plan.notices],
            "figures": [vars(one) for one in plan.figures],
            "notes": list(plan.notes),
        }
    )


def load_plan(text: str) -> Plan:
    """The plan behind its stored form."""
    stored = json.loads(text)
    head = stored["head"]
    profiles = stored["profiles"]
    return Plan(
        head_of(head["id"], head["title"], head["licence"], stored["document"]) if head else None,
        facts_of(stored["document"]) if stored["has_facts"] else None,
        None if profiles is None else tuple(profile_from_document(one) for one in profiles),
        frozenset(stored["topics"]),
        tuple(
            PlannedItem(**(one | {"status": Status(one["status"]), "facts": tuple(one.get("facts", ()))}))
            for one in stored["items"]
        ),
        stored["found"],
        tuple(stored["rejected"]),
        tuple(Problem(**one) for one in stored["problems"]),
        stored["blocked"],
        tuple(Notice(**one) for one in stored.get("notices", ())),
        tuple(Figure(**one) for one in stored.get("figures", ())),
        tuple(stored.get("notes", ())),
    )
