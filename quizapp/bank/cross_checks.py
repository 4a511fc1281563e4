"""What can be wrong between items: ids, topics, concepts, facts and case sets of a whole bank."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from quizapp.assessment.item import Style
from quizapp.bank.problems import Problem
from quizapp.bank.values import BankHead, Fact, KnownItem, ReadItem


def check_together(
    items: Sequence[ReadItem],
    head: BankHead,
    facts: Mapping[str, Fact],
    others: Sequence[KnownItem] = (),
    broken_sets: Collection[str] = (),
) -> tuple[list[ReadItem], list[Problem]]:
    """The items that are sound beside the others, and the problems of the rest.

    `others` are items of the bank that these files do not speak for; `broken_sets` are case sets of which
    an item was rejected before. Of two items with one id the second is rejected; a case set with a
    rejected item is rejected whole.
    """
    problems: list[Problem] = []
    bad: set[int] = set()
    first_seen: dict[str, ReadItem] = {}
    concept_topic = {other.concept: other.topic for other in others if other.live}
    taken = {other.unit_key: other.topic for other in others}
    for place, one in enumerate(items):
        public = one.item.public
        found = [*_own_problems(one, head, facts)]
        if public.id in first_seen:
            found.append(_at(one, "duplicate_id", f"the id stands in {first_seen[public.id].file} too"))
        first_seen.setdefault(public.id, one)
        if concept_topic.setdefault(public.concept, public.topic) != public.topic:
            found.append(
                _at(
                    one,
                    "concept_in_two_topics",
                    f"concept '{public.concept}' belongs to another topic",
                    "concept",
                )
            )
        if taken.get(one.item.unit_key, public.topic) != public.topic or (
            public.stimulus and public.id in taken
        ):
            found.append(_at(one, "unit_of_another_topic", f"'{one.item.unit_key}' belongs to another topic"))
        if found:
            bad.add(place)
            problems += found
    for place, problem in _case_set_problems(items, bad, broken_sets):
        bad.add(place)
        problems.append(problem)
    return [one for place, one in enumerate(items) if place not in bad], problems


def _at(one: ReadItem, code: str, message: str, field: str = "id") -> Problem:
    return Problem(one.file, one.lines.get(field, one.line), one.item.public.id, code, message)


def _own_problems(one: ReadItem, head: BankHead, facts: Mapping[str, Fact]) -> Iterator[Problem]:
    public, secret = one.item.public, one.item.secret
    topic = head.topic(public.topic)
    if topic is None:
        yield _at(one, "unknown_topic", f"bank.yml has no topic '{public.topic}'")
        return
    if public.subtopic not in [name for name, _ in topic.subtopics]:
        yield _at(
            one, "unknown_subtopic", f"topic {topic.id} has no subtopic '{public.subtopic}'", "subtopic"
        )
    if public.objective not in [name for name, _ in topic.objectives]:
        yield _at(
            one, "unknown_objective", f"topic {topic.id} has no objective '{public.objective}'", "objective"
        )
    for fact in secret.facts:
        if fact not in facts:
            yield _at(one, "unknown_fact", f"facts.yml has no fact '{fact}'", "facts")
        elif facts[fact].confidence == "M":
            yield _at(one, "fact_not_sure", f"a key may not rest on '{fact}': its confidence is M", "facts")
    shown = f"{public.stem}\n{public.stimulus.text if public.stimulus else ''}".casefold()
    for mention in secret.mentions:
        if mention.fact not in facts:
            yield _at(one, "unknown_fact", f"facts.yml has no fact '{mention.fact}'", "mentions")
        if mention.attribution.casefold() not in shown:
            message = f"neither stem nor scenario says '{mention.attribution}'"
            yield _at(one, "mention_without_attribution", message, "mentions")
    if secret.review_by <= public.as_of:
        yield _at(one, "review_before_as_of", "review_by lies after as_of", "review_by")
    if (public.style is Style.CASE) != (public.stimulus is not None):
        yield _at(one, "case_without_stimulus", "style case and a stimulus come together", "style")
    if one.item.sample and public.stimulus:
        yield _at(one, "sample_in_case_set", "a sample stands by itself", "sample")


def check_rest(others: Sequence[KnownItem], head: BankHead, file: str) -> Iterator[Problem]:
    """What a new head takes away from live items that these files do not speak for."""
    for other in others:
        topic = head.topic(other.topic)
        parts = [name for name, _ in (*topic.subtopics, *topic.objectives)] if topic else []
        if other.live and not {other.subtopic, other.objective} <= set(parts):
            yield Problem(
                file,
                1,
                other.slug,
                "in_use",
                f"no topic '{other.topic}' with '{other.subtopic}' and '{other.objective}', "
                "yet the bank holds this item there and no file here speaks for it",
            )


def _case_set_problems(
    items: Sequence[ReadItem], bad: set[int], broken_sets: Collection[str]
) -> Iterator[tuple[int, Problem]]:
    sets: dict[str, list[int]] = {}
    for place, one in enumerate(items):
        if one.item.public.stimulus:
            sets.setdefault(one.item.unit_key, []).append(place)
    ids = {one.item.public.id for one in items}
    for name, places in sets.items():
        concepts = [items[place].item.public.concept for place in places]
        broken = name in broken_sets or any(place in bad for place in places)
        files = {items[place].file for place in places}
        for place in places:
            if place in bad:
                continue
            if broken:
                yield (
                    place,
                    _at(items[place], "case_set_broken", f"another item of case set '{name}' is rejected"),
                )
            elif len(files) > 1:
                yield place, _at(items[place], "case_set_apart", f"case set '{name}' stands in two files")
            elif name in ids:
                yield place, _at(items[place], "case_set_id", f"'{name}' is an item's id too")
            elif len(set(concepts)) < len(concepts):
                yield place, _at(items[place], "case_set_concept", f"case set '{name}' holds a concept twice")
            elif places[-1] - places[0] + 1 != len(places):
                yield (
                    place,
                    _at(items[place], "case_set_apart", f"the items of '{name}' stand together in the file"),
                )
