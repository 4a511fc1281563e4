"""A bank written reads back as the same bank, whatever stands in its texts."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.assessment.codec import item_from_document, version_of
from quizapp.assessment.item import Item, Stimulus
from quizapp.bank.folder import files_of_folder, write_folder
from quizapp.bank.formats.native_writer import write_bank, write_document
from quizapp.bank.linting import NOTHING
from quizapp.bank.reader import read_bank
from quizapp.bank.tree import parse
from quizapp.bank.values import Bank, BankHead, Fact, Topic
from tests.bank.sources import files

ODD = (
    "no",
    "~",
    "12:30:45",
    "1_000",
    "- a",
    "# b",
    "a: b",
    "a #b",
    "%",
    "@x",
    "`x`",
    "[a]",
    "{a: b}",
    "*x",
    "&x",
    "!x",
    "|",
    ">",
    "?",
    "'q'",
    '"q"',
    "\\",
    "a\\nb",
    "=",
    "---",
    "...",
    "a:",
    ":a",
    "é ü",
    "中文",
    "😀",
    "a  b",
)
_MARKDOWN = st.text("abc XYZ.,:#'\"\\-[]{}*&!%|>@`~?_=0123456789éß中😀\n\t ", min_size=1, max_size=60)
_PLAIN_MARKDOWN = _MARKDOWN.map(lambda text: text.replace("$", ""))
_LINES = (
    st.sampled_from(ODD)
    | st.text("abc XYZ.,:#'\"\\-[]{}*&!%|>@`~?_=0123456789éß中😀 ", min_size=1, max_size=40)
).filter(lambda line: line == line.strip())
_DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))
_NUMBERS = st.decimals("-99999", "99999", places=4, allow_nan=False)


@st.composite
def _choice_documents(draw: Any, multiple: bool) -> dict[str, Any]:
    texts = draw(
        st.lists(_LINES, min_size=4, max_size=4, unique_by=lambda one: " ".join(one.casefold().split()))
    )
    key = ["a", "b"] if multiple else ["a"]
    options = [
        {"id": name, "text": text, "rationale": draw(_PLAIN_MARKDOWN)}
        | ({} if name in key else {"misconception": f"tag-{name}"})
        for name, text in zip("abcd", texts, strict=True)
    ]
    order = draw(st.sampled_from(["shuffled", "fixed"]))
    more = {"choose": draw(st.sampled_from(["stated", "open"]))} if multiple else {}
    return {"option_order": order, "options": options, "key": key} | more


@st.composite
def _number_documents(draw: Any) -> dict[str, Any]:
    value = draw(_NUMBERS)
    slip = {"value": value + 10, "misconception": "slip", "rationale": draw(_PLAIN_MARKDOWN)}
    return {
        "unit": draw(_LINES),
        "decimals": draw(st.integers(0, 9)),
        "key": {"value": value, "tolerance": Decimal("0.05")},
        "slips": [slip],
    }


@st.composite
def _items(draw: Any, topic: str, number: int, stimulus: Stimulus | None) -> Item:
    interaction = draw(st.sampled_from(["single_choice", "multiple_response", "numeric_entry"]))
    if interaction == "numeric_entry":
        body = draw(_number_documents())
    else:
        body = draw(_choice_documents(interaction == "multiple_response"))
    as_of, says = draw(_DAYS), draw(st.sampled_from([(), ("The office says",)]))
    document = body | {
        "id": f"{topic.lower()}-item-{number}",
        "subtopic": f"{topic}.1",
        "objective": f"{topic}-O1",
        "concept": f"{topic.lower()}-idea-{number}",
        "level": draw(st.sampled_from(["recall", "understand", "apply", "analyse"])),
        "difficulty": draw(st.integers(1, 3)),
        "interaction": interaction,
        "style": "case" if stimulus else "single",
        "stimulus": stimulus.id if stimulus else None,
        "stem": "\n\n".join([*says, draw(_PLAIN_MARKDOWN)]),
        "mentions": [{"fact": "fact-one", "attribution": said} for said in says],
        "explanation": {"rule": draw(_LINES), "why": draw(_PLAIN_MARKDOWN)},
        "facts": draw(st.sampled_from([(), ("fact-one",)])),
        "sources": draw(st.lists(_LINES, min_size=1, max_size=3)),
        "as_of": as_of,
        "review_by": as_of + timedelta(days=1),
        "status": draw(st.sampled_from(["draft", "live", "retired"])),
        "sample": False if stimulus else draw(st.booleans()),
        "licence": "CC-BY-4.0",
        "author": draw(_LINES),
    }
    return item_from_document(document, "made", topic, {stimulus.id: stimulus} if stimulus else {})


@st.composite
def _banks(draw: Any) -> Bank:
    topics, items = [], []
    for topic in draw(st.sampled_from([("T1",), ("T1", "t1"), ("T9", "T10", "T2")])):
        name = f"{topic}x" if topic.islower() else topic
        topics.append(
            Topic(name, draw(_LINES), ((f"{name}.1", draw(_LINES)),), ((f"{name}-O1", draw(_LINES)),))
        )
        case = Stimulus(f"{name.lower()}-case", draw(_LINES), draw(_PLAIN_MARKDOWN))
        items += [draw(_items(name, number, case if number else None)) for number in range(3)]
    fact = Fact(
        "fact-one",
        draw(_LINES),
        draw(st.none() | _NUMBERS),
        draw(st.none() | _LINES),
        draw(_DAYS),
        None,
        draw(_LINES),
        "H",
        draw(_DAYS),
    )
    head = BankHead("made", draw(_LINES), "CC-BY-4.0", draw(_MARKDOWN), tuple(topics))
    return Bank(head, (fact,), (), tuple(items))


def _read(written: dict[str, bytes]) -> Bank:
    reading = read_bank(written, asked=NOTHING)
    assert reading.problems == ()
    assert reading.head
    return Bank(
        reading.head, reading.facts or (), reading.profiles or (), tuple(one.item for one in reading.items)
    )


def _by_topic(bank: Bank) -> Bank:
    order = [topic.id for topic in bank.head.topics]
    return replace(bank, items=tuple(sorted(bank.items, key=lambda one: order.index(one.public.topic))))


@given(_banks())
@settings(max_examples=30)
def test_a_bank_written_reads_back_as_the_same_bank(bank: Bank) -> None:
    again = _read(write_bank(bank, ("A comment: with [signs]", "---", "of two lines")))
    assert _by_topic(again) == _by_topic(bank)
    assert sorted(map(version_of, again.items)) == sorted(map(version_of, bank.items))


@pytest.mark.parametrize("penalty", ["0.25", "1/3", "1"])
def test_a_penalty_reads_back_as_it_is(penalty: str) -> None:
    bank = _read(files(exams=("all_or_nothing", f"negative\n        penalty: {penalty}")))
    assert bank.profiles[0].parts[0].penalty == Fraction(penalty)
    assert _read(write_bank(bank)).profiles == bank.profiles


def test_the_same_bank_gives_the_same_bytes_and_so_does_what_is_read_back() -> None:
    bank = _read(files())
    assert write_bank(bank) == write_bank(bank) == write_bank(_read(write_bank(bank)))


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=80)
    | st.sampled_from(ODD)
)
@settings(max_examples=50)
def test_any_text_survives_as_a_field_and_in_a_list(text: str) -> None:
    hidden = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
    kept = "".join(sign for sign in text if sign not in hidden)
    document = {"field": kept, "list": [kept, "word"], "deep": [{"text": f"{kept}\n{kept}\n"}]}
    assert parse(write_document(document).encode()).value == document


def test_control_a_careless_writer_loses_texts() -> None:
    lost = 0
    for text in ODD:
        try:
            lost += yaml.safe_load(f"field: {text}\n") != {"field": text}
        except yaml.YAMLError:
            lost += 1
    assert lost > len(ODD) // 2


def test_two_scenarios_under_one_id_cannot_be_written() -> None:
    bank = _read(files())
    case = next(one for one in bank.items if one.public.stimulus)
    stimulus = replace(case.public.stimulus, text="Another one.")  # type: ignore[type-var]
    other = replace(case, public=replace(case.public, id="other", stimulus=stimulus))
    with pytest.raises(ValueError, match="two scenarios"):
        write_bank(replace(bank, items=(*bank.items, other)))


def test_a_folder_is_written_once_and_read_back(tmp_path: Any) -> None:
    held = write_bank(_read(files()))
    write_folder(held, tmp_path / "out")
    assert files_of_folder(tmp_path / "out") == held
    with pytest.raises(FileExistsError):
        write_folder(held, tmp_path / "out")
