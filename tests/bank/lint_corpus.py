"""Questions that others wrote, turned into items so that the linter can be run over them; for tests only."""

import html
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from quizapp.assessment.codec import item_from_document
from quizapp.assessment.errors import MalformedItem
from quizapp.assessment.item import Item

FORMATS = ("gift", "aiken", "moodle_xml")
_MOST_OPTIONS = 10
_DAY = date(2026, 6, 30)


def corpus_items(folder: Path) -> Iterator[Item]:
    """The questions of three formats that an item can hold, as an independent parser reads them."""
    for form in FORMATS:
        for file in sorted((folder / form).glob("*.oracle.json")):
            read = json.loads(file.read_text(encoding="utf-8")).get("moodle") or {}
            for place, question in enumerate(read.get("dump") or ()):
                yield from _items(question, f"{form}-{file.name[:40].lower()}-{place}")


def _items(question: Mapping[str, Any], name: str) -> Iterator[Item]:
    written = _written(question)
    if written:
        slug = re.sub(r"[^a-z0-9]+", "-", name).strip("-")
        document = {
            "id": slug,
            "subtopic": "1.1",
            "objective": "T1-O1",
            "concept": slug,
            "level": "recall",
            "difficulty": 1,
            "style": "single",
            "stem": _plain(question.get("stem")) or "?",
            "explanation": {"rule": "-", "why": _plain(question.get("general_feedback")) or "-"},
            "sources": ["The corpus"],
            "as_of": _DAY,
            "review_by": date(2027, 6, 30),
            "status": "live",
            "licence": "CC-BY-4.0",
            "author": "others",
        }
        try:
            yield item_from_document(document | written, "corpus", "T1", {})
        except MalformedItem:
            return


def _written(question: Mapping[str, Any]) -> dict[str, Any] | None:
    """The part of an item that its interaction reads; None where no interaction fits."""
    answers = [one for one in question.get("answers") or () if isinstance(one, Mapping)]
    right = [float(one.get("fraction") or 0) > 0 for one in answers]
    told = [_plain(one.get("feedback")) or "-" for one in answers]
    kind = question.get("type")
    if kind == "multichoice" and 1 < len(answers) <= _MOST_OPTIONS and any(right):
        names = "abcdefghij"
        options = [
            {"id": names[place], "text": _plain(one.get("text")) or "-", "rationale": told[place]}
            | ({} if right[place] else {"misconception": f"error-{names[place]}"})
            for place, one in enumerate(answers)
        ]
        key = [names[place] for place, one in enumerate(right) if one]
        several = {"interaction": "multiple_response", "choose": "open"}
        return {
            "interaction": "single_choice",
            "options": options,
            "key": key,
            "option_order": "shuffled",
        } | (several if len(key) > 1 else {})
    if kind == "numerical" and any(right):
        value = str(answers[right.index(True)].get("text"))
        if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
            tolerance = str(answers[right.index(True)].get("tolerance") or "0")
            return {
                "interaction": "numeric_entry",
                "unit": "-",
                "decimals": 0,
                "key": {"value": value, "tolerance": tolerance},
                "slips": [],
            }
    if kind == "truefalse":
        return {
            "interaction": "true_false",
            "key": bool(question.get("correctanswer")),
            "why_right": _plain(question.get("feedbacktrue")) or "-",
            "why_wrong": _plain(question.get("feedbackfalse")) or "-",
            "misconception": "error",
        }
    return None


def _plain(text: object) -> str:
    """A text without its markup, which may be escaped once more, on one line."""
    told = str(text or "")
    for _ in range(2):
        told = html.unescape(re.sub(r"<[^>]*>", " ", told))
    return " ".join(told.split())
