"""Items and exam profiles as plain dicts: the one shape for files, database and export, and its hash.

A version is the SHA-256 of canonical JSON: keys sorted, text in NFC, decimals without idle zeros, absent
fields left out, a format number in front. Status and sample flag are the item's place in a bank and are
no part of its version; so a new optional field changes no old hash.
"""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from quizapp.assessment.blueprint import Door, ExamPart, ExamProfile, Order, Quota, TimeChoice, Timer
from quizapp.assessment.errors import MalformedItem
from quizapp.assessment.interactions.contract import ScoringRule
from quizapp.assessment.item import (
    Explanation,
    Item,
    Level,
    Mention,
    PublicItem,
    SecretItem,
    Status,
    Stimulus,
    Style,
    Waiver,
)
from quizapp.assessment.registry import INTERACTIONS

FORMAT = 1


_JSON = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def canonical(document: Any) -> bytes:
    """Canonical JSON of a plain value; equal meaning gives equal bytes."""
    return canonical_text(document).encode()


def canonical_text(document: Any) -> str:
    """The same as text."""
    return _JSON.encode(_plain(document))


def digest(document: Any) -> str:
    """The SHA-256 of the canonical JSON, in hex."""
    return hashlib.sha256(canonical(document)).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.isascii() else unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        return {_plain(key): _plain(one) for key, one in value.items() if one is not None}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, Decimal):
        return canonical_decimal(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical form")


def canonical_decimal(value: Decimal) -> str:
    """A decimal in plain digits without idle zeros: 4.2350 gives 4.235, 1E+3 gives 1000, -0 gives 0."""
    digits = format(value, "f")
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return "0" if digits == "-0" else digits


def public_document(item: PublicItem) -> dict[str, Any]:
    """The stored form of what may be shown before release."""
    stored: dict[str, Any] = {
        "bank": item.bank,
        "id": item.id,
        "topic": item.topic,
        "subtopic": item.subtopic,
        "objective": item.objective,
        "concept": item.concept,
        "level": item.level.value,
        "difficulty": item.difficulty,
        "interaction": item.interaction,
        "style": item.style.value,
        "stem": item.stem,
        "body": INTERACTIONS[item.interaction].dump_body(item.body),
        "as_of": item.as_of.isoformat(),
    }
    if item.stimulus:
        stored["stimulus"] = {
            "id": item.stimulus.id,
            "title": item.stimulus.title,
            "text": item.stimulus.text,
        }
    return stored


def public_item(stored: Mapping[str, Any]) -> PublicItem:
    """The public item behind its stored form."""
    stimulus = stored.get("stimulus")
    return PublicItem(
        bank=stored["bank"],
        id=stored["id"],
        topic=stored["topic"],
        subtopic=stored["subtopic"],
        objective=stored["objective"],
        concept=stored["concept"],
        level=Level(stored["level"]),
        difficulty=stored["difficulty"],
        interaction=stored["interaction"],
        style=Style(stored["style"]),
        stem=stored["stem"],
        body=INTERACTIONS[stored["interaction"]].load_body(stored["body"]),
        stimulus=Stimulus(stimulus["id"], stimulus["title"], stimulus["text"]) if stimulus else None,
        as_of=date.fromisoformat(stored["as_of"]),
    )


def secret_document(item: Item) -> dict[str, Any]:
    """The stored form of what stays shut until release."""
    secret = item.secret
    stored = {
        "answer": INTERACTIONS[item.public.interaction].dump_answer(secret.answer),
        "explanation": {"rule": secret.explanation.rule, "why": secret.explanation.why},
        "facts": list(secret.facts),
        "sources": list(secret.sources),
        "review_by": secret.review_by.isoformat(),
        "licence": secret.licence,
        "author": secret.author,
    }
    return stored | _mentions_document(secret) | _waivers_document(secret)


def _mentions_document(secret: SecretItem) -> dict[str, Any]:
    """The mentions of an item where it has any: as with waivers, the version of one without stays."""
    mentions = [{"fact": one.fact, "attribution": one.attribution} for one in secret.mentions]
    return {"mentions": mentions} if mentions else {}


def _mentions(stored: Mapping[str, Any]) -> tuple[Mention, ...]:
    return tuple(Mention(one["fact"], one["attribution"]) for one in stored.get("mentions", ()))


def _waivers_document(secret: SecretItem) -> dict[str, Any]:
    """The waivers of an item where it has any, so that the version of one without stays what it was."""
    waivers = [{"rule": one.rule, "reason": one.reason} for one in secret.waivers]
    return {"waivers": waivers} if waivers else {}


def _waivers(stored: Mapping[str, Any]) -> tuple[Waiver, ...]:
    return tuple(Waiver(one["rule"], one["reason"]) for one in stored.get("waivers", ()))


def secret_item(interaction: str, stored: Mapping[str, Any]) -> SecretItem:
    """The secret item behind its stored form; `interaction` says how to read the answer."""
    return SecretItem(
        answer=INTERACTIONS[interaction].load_answer(stored["answer"]),
        explanation=Explanation(stored["explanation"]["rule"], stored["explanation"]["why"]),
        facts=tuple(stored["facts"]),
        sources=tuple(stored["sources"]),
        review_by=date.fromisoformat(stored["review_by"]),
        licence=stored["licence"],
        author=stored["author"],
        waivers=_waivers(stored),
        mentions=_mentions(stored),
    )


def stored_texts(item: Item) -> tuple[str, str]:
    """Both halves of an item as they are stored: what may be shown before release, and what may not."""
    return canonical_text(public_document(item.public)), canonical_text(secret_document(item))


def version_of_stored(public: str, secret: str) -> str:
    """The version of the item whose stored halves are given: the hash of canonical JSON that holds both."""
    whole = f'{{"format":{FORMAT},"public":{public},"secret":{secret}}}'
    return hashlib.sha256(whole.encode()).hexdigest()


def version_of(item: Item) -> str:
    """The item's version: a hash of its content, key and explanation included."""
    return version_of_stored(*stored_texts(item))


def key_digest(item: Item) -> str:
    """A hash that changes when, and only when, what counts as right changes."""
    key = INTERACTIONS[item.public.interaction].dump_key(item.secret.answer)
    return digest({"interaction": item.public.interaction, "key": key})


def item_from_document(
    document: Mapping[str, Any], bank: str, topic: str, stimuli: Mapping[str, Stimulus]
) -> Item:
    """An item from the shape of a file, its scalars already typed.

    Raises MalformedItem with the path of the field where a part is missing or names what does not exist.
    """
    interaction = document["interaction"]
    if interaction not in INTERACTIONS:
        raise MalformedItem(
            ("interaction",),
            "unknown_interaction",
            f"there is no interaction '{interaction}'",
        )
    stimulus_id = document.get("stimulus")
    if stimulus_id is not None and stimulus_id not in stimuli:
        raise MalformedItem(
            ("stimulus",),
            "unknown_stimulus",
            f"this file has no stimulus '{stimulus_id}'",
        )
    body, answer = INTERACTIONS[interaction].read(document)
    public = PublicItem(
        bank=bank,
        id=document["id"],
        topic=topic,
        subtopic=document["subtopic"],
        objective=document["objective"],
        concept=document["concept"],
        level=Level(document["level"]),
        difficulty=document["difficulty"],
        interaction=interaction,
        style=Style(document["style"]),
        stem=document["stem"],
        body=body,
        stimulus=stimuli[stimulus_id] if stimulus_id is not None else None,
        as_of=document["as_of"],
    )
    secret = SecretItem(
        answer=answer,
        explanation=Explanation(document["explanation"]["rule"], document["explanation"]["why"]),
        facts=tuple(document.get("facts", ())),
        sources=tuple(document["sources"]),
        review_by=document["review_by"],
        licence=document["licence"],
        author=document["author"],
        waivers=_waivers(document),
        mentions=_mentions(document),
    )
    return Item(public, secret, Status(document["status"]), document.get("sample", False))


def item_to_document(item: Item) -> dict[str, Any]:
    """The shape of a file for an item, fields in the order in which people read them."""
    public, secret = item.public, item.secret
    head: dict[str, Any] = {
        "id": public.id,
        "subtopic": public.subtopic,
        "objective": public.objective,
        "concept": public.concept,
        "level": public.level.value,
        "difficulty": public.difficulty,
        "interaction": public.interaction,
        "style": public.style.value,
    }
    if public.stimulus:
        head["stimulus"] = public.stimulus.id
    head["stem"] = public.stem
    head.update(INTERACTIONS[public.interaction].write(public.body, secret.answer))
    head["explanation"] = {
        "rule": secret.explanation.rule,
        "why": secret.explanation.why,
    }
    if secret.facts:
        head["facts"] = list(secret.facts)
    head |= _mentions_document(secret)
    tail = {
        "sources": list(secret.sources),
        "as_of": public.as_of,
        "review_by": secret.review_by,
        "status": item.status.value,
        "sample": item.sample,
        "licence": secret.licence,
        "author": secret.author,
    }
    return head | tail | _waivers_document(secret)


def profile_document(profile: ExamProfile) -> dict[str, Any]:
    """The plain shape of an exam profile."""
    return {
        "id": profile.id,
        "title": profile.title,
        "summary": profile.summary,
        "imitates": profile.imitates,
        "source": profile.source,
        "checked_on": profile.checked_on.isoformat(),
        "verified": profile.verified,
        "parts": [
            {
                "title": part.title,
                "items": part.items,
                "minutes": part.minutes,
                "pass_percent": part.pass_percent,
                "scoring": part.scoring.value,
                "door": part.door.value,
                "blueprint": [
                    {
                        "topics": list(quota.topics),
                        "difficulty": quota.difficulty,
                        "items": quota.items,
                    }
                    for quota in part.blueprint
                ],
            }
            | ({"penalty": str(part.penalty)} if part.penalty else {})
            | ({"order": part.order.value} if part.order is not Order.ANY else {})
            | ({"break_minutes": part.break_minutes} if part.break_minutes else {})
            for part in profile.parts
        ],
        **({"timer": profile.timer.value} if profile.timer is not Timer.FIXED else {}),
        **({"chosen": profile.chosen.value} if profile.chosen is not TimeChoice.AS_SET else {}),
    }


def profile_from_document(stored: Mapping[str, Any]) -> ExamProfile:
    """The exam profile behind its plain shape."""
    return ExamProfile(
        id=stored["id"],
        title=stored["title"],
        summary=stored["summary"],
        imitates=stored["imitates"],
        source=stored["source"],
        checked_on=date.fromisoformat(stored["checked_on"]),
        verified=stored["verified"],
        parts=tuple(
            ExamPart(
                title=part["title"],
                items=part["items"],
                minutes=part.get("minutes"),
                pass_percent=part.get("pass_percent"),
                scoring=ScoringRule(part["scoring"]),
                door=Door(part["door"]),
                blueprint=tuple(
                    Quota(tuple(quota["topics"]), quota.get("difficulty"), quota["items"])
                    for quota in part["blueprint"]
                ),
                penalty=Fraction(part.get("penalty", 0)),
                order=Order(part.get("order", Order.ANY)),
                break_minutes=part.get("break_minutes", 0),
            )
            for part in stored["parts"]
        ),
        timer=Timer(stored.get("timer", Timer.FIXED)),
        chosen=TimeChoice(stored.get("chosen", TimeChoice.AS_SET)),
    )
