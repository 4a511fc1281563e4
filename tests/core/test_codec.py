"""Items and exams as plain values: round trips, canonical JSON, and the hashes that must never change."""

import json
import unicodedata
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.assessment.codec import (
    canonical,
    canonical_decimal,
    digest,
    item_from_document,
    item_to_document,
    key_digest,
    profile_document,
    profile_from_document,
    public_document,
    public_item,
    secret_document,
    secret_item,
    version_of,
)
from quizapp.assessment.errors import MalformedItem
from quizapp.assessment.interactions.contract import ScoringRule
from quizapp.assessment.item import Status
from tests.core.samples import DOCUMENTS, LADDER, sample
from tests.small_bank import EXAMS

GOLDEN = {
    "single_choice": (
        "1158de175a3c995609fdc87387ee6865729dfa420c483985d82d9fbf1bd24a8f",
        "0c22d06c3d2114ddef470f2ed7d9a16b168285d6230173ee13fbcb45e92a4bcd",
    ),
    "multiple_response": (
        "978dcbba424bbf44ade1c441ee4f50d2a130efb9c0534edbc456bc089e21d5e7",
        "50258b2d29ecb4ace38aa6d010cde401345f20a0d0837d3f0fa0cede46196143",
    ),
    "numeric_entry": (
        "82747a65c08a752031e3ae8dcd8ffb82c878c5d849a6eac9cbc1ce6eecc294b4",
        "9bd49aa9b0ecce2984f5587cf81dd0d3214199aa36155d22568bb50404dc628d",
    ),
    "case": (
        "f6cb944cb0b1802b09bb22c1fec0b933f37421e8888551e8053d3dad746092b5",
        "0c22d06c3d2114ddef470f2ed7d9a16b168285d6230173ee13fbcb45e92a4bcd",
    ),
}
"""Version and key digest of each example item. Published banks hold such hashes: they never change."""

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.dates() | st.decimals(-(10**9), 10**9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


# Hashes


@pytest.mark.parametrize("name", GOLDEN)
def test_the_hashes_of_an_example_item_are_what_they_always_were(name: str) -> None:
    item = sample(name)
    assert (version_of(item), key_digest(item)) == GOLDEN[name]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_status_and_sample_flag_are_no_part_of_the_version(name: str) -> None:
    item = sample(name)
    for status in Status:
        for flag in (True, False):
            assert version_of(replace(item, status=status, sample=flag)) == version_of(item)


@pytest.mark.parametrize(
    "changed",
    [
        {"stem": "Another stem?"},
        {"concept": "another"},
        {"difficulty": 3},
        {"level": "recall"},
        {"key": ["near"]},
        {"option_order": "shuffled"},
        {"explanation": {"rule": "Another.", "why": "The *discount* basis is actual/360."}},
        {"facts": []},
        {"sources": ["Another text"]},
        {"as_of": date(2026, 7, 1)},
        {"review_by": date(2027, 7, 1)},
        {"author": "somebody"},
        {"stimulus": "ladder"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_every_field_of_the_content_makes_another_version(changed: dict[str, Any]) -> None:
    assert version_of(sample("single_choice", **changed)) != version_of(sample("single_choice"))


def test_the_key_digest_follows_the_key_and_not_the_words() -> None:
    plain = key_digest(sample("single_choice"))
    assert (
        key_digest(sample("single_choice", stem="Other words?", explanation={"rule": "-", "why": "-"}))
        == plain
    )
    assert key_digest(sample("single_choice", key=["near"])) != plain


@pytest.mark.parametrize(
    "key", [{"value": "8.17", "tolerance": "0.005"}, {"value": "8.16", "tolerance": "0.01"}]
)
def test_another_number_or_another_tolerance_is_another_key(key: dict[str, str]) -> None:
    assert key_digest(sample("numeric_entry", key=key)) != key_digest(sample("numeric_entry"))


@pytest.mark.parametrize(("value", "tolerance"), [("8.160", "0.005"), ("8.16", "0.0050"), ("+8.16", "0.005")])
def test_the_same_number_written_otherwise_is_the_same_key(value: str, tolerance: str) -> None:
    written = sample("numeric_entry", key={"value": value, "tolerance": tolerance})
    assert key_digest(written) == key_digest(sample("numeric_entry"))


def test_the_same_options_in_another_order_are_the_same_key() -> None:
    key = DOCUMENTS["multiple_response"]["key"]
    assert key_digest(sample("multiple_response", key=key[::-1])) == key_digest(sample("multiple_response"))


def test_the_same_key_under_another_interaction_is_another_key() -> None:
    chosen = sample("multiple_response", key=["right_1"])
    single = sample("single_choice", options=DOCUMENTS["multiple_response"]["options"], key=["right_1"])
    assert key_digest(chosen) != key_digest(single)


def test_composed_and_decomposed_text_are_one_version() -> None:
    stem = "Ein Zeitgeschäft für Zürich: é, Å, 한?"
    forms = [unicodedata.normalize(form, stem) for form in ("NFC", "NFD")]
    assert forms[0] != forms[1]
    assert len({version_of(sample("single_choice", stem=one)) for one in forms}) == 1


# Round trips


@pytest.mark.parametrize("name", DOCUMENTS)
def test_an_item_comes_back_from_its_file(name: str) -> None:
    item = sample(name)
    written = item_to_document(item)
    again = item_from_document(written, "small", "T1", {LADDER.id: LADDER})
    assert again == item
    assert version_of(again) == version_of(item)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_an_item_comes_back_from_the_json_of_the_database(name: str) -> None:
    item = sample(name)
    public = public_item(json.loads(canonical(public_document(item.public))))
    secret = secret_item(item.public.interaction, json.loads(canonical(secret_document(item))))
    assert (public, secret) == (item.public, item.secret)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_public_document_holds_nothing_of_the_secret_one(name: str) -> None:
    item = sample(name)
    shown = canonical(public_document(item.public)).decode()
    for hidden in ("Why ", "slip-", "nominal", "actual/360", "360 days", '"key"', "A named text"):
        assert hidden not in shown
    assert not set(public_document(item.public)) & set(secret_document(item))


@pytest.mark.parametrize("profile", EXAMS, ids=lambda one: one.id)
def test_an_exam_comes_back_from_its_document(profile: Any) -> None:
    assert profile_from_document(json.loads(canonical(profile_document(profile)))) == profile


def test_a_penalty_is_kept_to_the_last_digit_and_an_exam_without_one_is_what_it_was() -> None:
    (exam,) = (one for one in EXAMS if one.id == "quick")
    assert all("penalty" not in part for part in profile_document(exam)["parts"])
    part = replace(exam.parts[0], scoring=ScoringRule.NEGATIVE, penalty=Fraction(1, 3))
    costly = replace(exam, parts=(part,))
    document = json.loads(canonical(profile_document(costly)))
    assert document["parts"][0]["penalty"] == "1/3"
    assert profile_from_document(document) == costly


def test_facts_stimulus_and_sample_flag_may_be_left_out_of_a_file() -> None:
    document = {
        field: value for field, value in DOCUMENTS["case"].items() if field not in ("facts", "stimulus")
    }
    item = item_from_document(document, "small", "T1", {})
    assert (item.secret.facts, item.public.stimulus, item.sample) == ((), None, False)
    assert item.unit_key == item.public.id


def test_the_items_of_a_case_set_are_one_unit() -> None:
    assert sample("case").unit_key == LADDER.id


@pytest.mark.parametrize(
    ("changed", "path", "code"),
    [
        ({"interaction": "essay"}, ("interaction",), "unknown_interaction"),
        ({"stimulus": "elsewhere"}, ("stimulus",), "unknown_stimulus"),
    ],
)
def test_a_file_that_names_what_does_not_exist_is_refused(
    changed: dict[str, str], path: tuple[str, ...], code: str
) -> None:
    with pytest.raises(MalformedItem) as refused:
        sample("single_choice", **changed)
    assert (refused.value.path, refused.value.code) == (path, code)


# Canonical JSON


@given(PLAIN)
def test_canonical_json_is_a_fixed_point(value: Any) -> None:
    once = canonical(value)
    assert canonical(json.loads(once)) == once


@given(st.dictionaries(st.text(max_size=5), st.integers(), max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_keys_does_not_matter(value: dict[str, int], chance: Any) -> None:
    pairs = list(value.items())
    chance.shuffle(pairs)
    assert canonical(dict(pairs)) == canonical(value)


def test_an_absent_field_and_a_field_of_none_are_the_same() -> None:
    assert digest({"one": 1, "two": None}) == digest({"one": 1})
    assert digest({"one": [None]}) != digest({"one": []})


def test_canonical_json_has_no_blanks_and_keeps_every_script() -> None:
    assert canonical({"b": [1, True], "a": "é 한"}).decode() == '{"a":"é 한","b":[1,true]}'


@pytest.mark.parametrize("value", [1.5, float("nan"), {1, 2}, b"bytes", object()])
def test_a_value_without_a_canonical_form_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="has no canonical form"):
        canonical({"one": [value]})


@pytest.mark.parametrize(
    ("given_number", "written"),
    [
        ("4.2350", "4.235"),
        ("1E+3", "1000"),
        ("-0", "0"),
        ("0.00", "0"),
        ("-2.50", "-2.5"),
        ("1E-7", "0.0000001"),
    ],
)
def test_a_decimal_stands_in_plain_digits_without_idle_zeros(given_number: str, written: str) -> None:
    assert canonical_decimal(Decimal(given_number)) == written


@given(st.decimals(allow_nan=False, allow_infinity=False, places=40) | st.decimals(-(10**9), 10**9))
def test_no_digit_of_a_decimal_is_lost(value: Decimal) -> None:
    assert Decimal(canonical_decimal(value)) == value


@given(st.decimals(-(10**6), 10**6, places=4), st.integers(0, 30))
def test_equal_decimals_have_one_form(value: Decimal, zeros: int) -> None:
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    assert canonical_decimal(Decimal((sign, digits + (0,) * zeros, exponent - zeros))) == canonical_decimal(
        value
    )
