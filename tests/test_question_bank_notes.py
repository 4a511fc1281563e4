"""The study notes of the shipped bank: one a topic and a briefing, short, computed, linked and drawn."""

from collections import Counter

from quizapp.bank.notes import MOST_WORDS
from quizapp.bank.values import Note
from tests import shipped

PLOTTED = ("T4", "T6", "T9")
"""Topics whose note has the plot that the plan names: price and yield, the curves, holdings over time."""

BRIEFING_CASE = "t12-case-briefing-2025"
"""The case set that belongs to the briefing."""


def notes(kind: str) -> list[Note]:
    """The notes of a kind."""
    return [one for one in shipped.reading().notes if one.kind == kind]


def test_each_topic_has_one_note_and_the_episode_of_2025_a_briefing() -> None:
    head = shipped.reading().head
    assert head
    assert Counter(one.topic for one in notes("note")) == Counter(one.id for one in head.topics)
    (briefing,) = notes("briefing")
    assert briefing.topic == "T12"
    case = [one for one in shipped.items() if one.unit_key == BRIEFING_CASE]
    assert len(case) >= 3


def test_no_note_is_longer_than_five_minutes() -> None:
    assert {one.id: one.words for one in shipped.reading().notes if one.words > MOST_WORDS} == {}


def test_every_subtopic_with_questions_has_its_section() -> None:
    asked = {(one.public.topic, one.public.subtopic) for one in shipped.items()}
    told = {(one.topic, part.subtopic) for one in notes("note") for part in one.sections}
    assert asked - told == set()


def test_notes_show_worked_examples_whose_numbers_are_computed() -> None:
    computed = {one.topic for one in notes("note") if one.source.get("values")}
    assert {one.topic for one in notes("note")} - computed == set()


def test_what_people_would_rather_look_at_is_drawn() -> None:
    drawn = {one.topic for one in notes("note") if any(part.plot for part in one.sections)}
    assert set(PLOTTED) <= drawn


def test_no_note_was_due_for_review_when_the_bank_shipped() -> None:
    facts = shipped.facts()
    for one in shipped.reading().notes:
        assert one.review_by > shipped.checked_on(), one.id
        assert all(one.review_by <= facts[name].review_by for name in one.facts), one.id
