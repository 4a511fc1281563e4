"""For each rule of the linter an item that breaks it and one that does not; both differ from a sound item."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from quizapp.assessment.codec import item_from_document
from quizapp.assessment.item import Item, Stimulus
from quizapp.bank.lint.copies import runs_of
from quizapp.bank.lint.ground import Ground, spread_of
from quizapp.bank.lint.view import View
from quizapp.bank.values import Fact

Change = Mapping[str, Any]
TODAY = date(2026, 11, 24)
CASE = Stimulus("ladder", "A ladder", "A client holds three bills that fall due one after another.")
LONG_CASE = Stimulus("long", "A long case", "The client holds many bills. " * 30)
FACT = Fact(
    "cap",
    "The cap is 38 billion.",
    Decimal(38),
    "USD billion",
    date(2025, 8, 1),
    None,
    "A notice",
    "H",
    date(2027, 6, 30),
)
RULE = Fact(
    "tax",
    "The interest is exempt from state tax.",
    None,
    None,
    date(2024, 8, 1),
    None,
    "A law",
    "H",
    date(2027, 1, 1),
)
FACTS = {one.id: one for one in (FACT, RULE)}
REFERENCE = "Tomorrow the committee will announce which of its members leave the board before Christmas."

_HEAD: Change = {
    "id": "t1-call-risk",
    "subtopic": "1.1",
    "objective": "T1-O1",
    "concept": "t1-call-risk",
    "level": "understand",
    "difficulty": 2,
    "style": "single",
    "explanation": {
        "rule": "An issuer redeems early when borrowing has become cheaper.",
        "why": "A call lets the issuer redeem early and borrow again, so the holder reinvests at less.",
    },
    "sources": ["A named text"],
    "as_of": date(2026, 6, 30),
    "review_by": date(2027, 6, 30),
    "status": "live",
    "licence": "CC-BY-4.0",
    "author": "somebody",
}
_STEM = "Why does the holder of a callable bond earn a higher yield than that of a plain one?"
_TEXTS = (
    "The issuer can redeem it early when rates have fallen",
    "The holder can sell it back whenever prices have risen",
    "The coupon is paid only once in each calendar year",
    "The principal is adjusted each month for consumer prices",
)


def choice(*texts: str, key: str = "a", order: str = "shuffled", **changed: Any) -> Item:
    """A sound single choice with other texts, key, order or fields."""
    texts = texts or _TEXTS
    options = [
        {"id": name, "text": text, "rationale": f"Reason {name} is told in a sentence of its own."}
        | ({} if name in key else {"misconception": f"slip-{name}"})
        for name, text in zip("abcdefgh", texts, strict=False)
    ]
    several = {"interaction": "multiple_response", "choose": "open"} if len(key) > 1 else {}
    document = {
        **_HEAD,
        "interaction": "single_choice",
        "stem": _STEM,
        "options": options,
        "key": [*key],
        "option_order": order,
        **several,
        **changed,
    }
    return item_from_document(document, "small", "T1", {one.id: one for one in (CASE, LONG_CASE)})


def number(**changed: Any) -> Item:
    """A sound numeric entry with some fields changed."""
    document = {
        **_HEAD,
        "interaction": "numeric_entry",
        "style": "numeric",
        "stem": "A bill with 180 days to run is quoted at a rate of 5.00%. What is its price per 100?",
        "unit": "USD",
        "decimals": 2,
        "key": {"value": "97.50", "tolerance": "0.005"},
        "slips": [
            {
                "value": "97.53",
                "misconception": "over-365",
                "rationale": "You get this by counting over 365 days.",
            }
        ],
        "explanation": {
            "rule": "Price is 100 less the discount.",
            "why": r"The discount is $100 \times 0.05 \times 180 / 360 = 2.50$, so the price is 97.50.",
        },
        **changed,
    }
    return item_from_document(document, "small", "T1", {})


def why(
    text: str, rule: str = "An issuer redeems early when borrowing has become cheaper."
) -> dict[str, Any]:
    """The field of another explanation."""
    return {"explanation": {"rule": rule, "why": text}}


def rationales(*told: str) -> dict[str, Any]:
    """The options with other rationales."""
    return {
        "options": [
            {"id": name, "text": text, "rationale": reason}
            | ({} if name == "a" else {"misconception": f"slip-{name}"})
            for name, text, reason in zip("abcd", _TEXTS, told, strict=True)
        ]
    }


_ROMAN = (
    "Consider: I. Bills pay coupons. II. Notes pay coupons. III. Bonds pay coupons. Which statements hold?"
)
_REASONS = (
    "The issuer decides.",
    "The issuer decides, not the holder.",
    "Both kinds may pay twice.",
    "That is a linker.",
)

PAIRS: Mapping[str, tuple[Item, Item]] = {
    "longest-key": (
        choice(_TEXTS[0] + ", which it will do in order to borrow again", *_TEXTS[1:]),
        choice(_TEXTS[0] + " again", *_TEXTS[1:]),
    ),
    "catch-all-option": (
        choice(*_TEXTS[:3], "All of the above"),
        choice(*_TEXTS[:3], "None of these bonds is sold abroad"),
    ),
    "unmarked-negative": (
        choice(stem="Which of these features is not found in a callable bond?"),
        choice(stem="Which of these features is NOT found in a callable bond?"),
    ),
    "negative-stem": (
        choice(stem="Which of these features is NOT found in a callable bond?"),
        choice(stem="What happens to a bid that is not accepted in the auction?"),
    ),
    "double-negative": (
        choice(*_TEXTS[:3], "It cannot be sold", stem="Which of these is NOT a feature of the bond?"),
        choice(*_TEXTS[:3], "It cannot be sold", stem="Which of these is a feature of the bond?"),
    ),
    "grammatical-cue": (
        choice("index", "auction", "tender", "offer", stem="The price of the new bond is set by means of an"),
        choice("index", "auction", "offer", "order", stem="The price of the new bond is set by means of an"),
    ),
    "absolute-words": (
        choice(*_TEXTS[:3], "It always rises in price"),
        choice("It always pays", *_TEXTS[1:3], "It never pays"),
    ),
    "vague-words": (
        choice("It usually pays more", *_TEXTS[1:]),
        choice("It usually pays", *_TEXTS[1:3], "It rarely pays"),
    ),
    "duplicate-options": (choice(*_TEXTS[:3], _TEXTS[1].upper() + "."), choice()),
    "same-number": (
        choice("4.5%", "4.50%", "5.0%", "5.5%", order="fixed"),
        choice("4.0%", "4.5%", "5.0%", "5.5%", order="fixed"),
    ),
    "near-duplicate-options": (
        choice(*_TEXTS[:3], "Holder can sell back whenever the prices have risen", key="a"),
        choice(*_TEXTS[:3], "The holder can sell it back whenever prices have fallen", key="a"),
    ),
    "numbers-unsorted": (
        choice("4.0%", "3.5%", "5.0%", "5.5%", order="fixed"),
        choice("5.5%", "5.0%", "4.0%", "3.5%", order="fixed"),
    ),
    "numbers-shuffled": (
        choice("3.5%", "4.0%", "5.0%", "5.5%"),
        choice("3.5%", "4.0%", "5.0%", "5.5%", order="fixed"),
    ),
    "ranges-overlap": (
        choice("1 to 5%", "4 to 8%", "8 to 12%", "over 12%", stem="What share of the debt is held abroad?"),
        choice("1 to 4%", "4 to 8%", "8 to 12%", "over 12%", stem="What share of the debt is held abroad?"),
    ),
    "mixed-units": (
        choice("4 years", "5%", "6 years", "7 years", order="fixed"),
        choice("USD 4 million", "USD 5 million", "USD 6 million", "USD 7 billion", order="fixed"),
    ),
    "convergence": (
        choice(
            "falling prices and rising volumes abroad",
            "falling prices and rising wages",
            "falling volumes abroad",
            "prices of volumes abroad",
        ),
        choice(),
    ),
    "clang": (
        choice(*_TEXTS, stem="Which feature lets an issuer redeem a bond early?"),
        choice(*_TEXTS, stem="Which feature makes the bond pay more?"),
    ),
    "exhaustive-options": (
        choice("It rises", "It falls", "It is unchanged", "It is a loan"),
        choice("It rises", "It falls", "It is unchanged", "It rises at first and then falls"),
    ),
    "filler-option": (choice(*_TEXTS[:3], "Nobody cares, it is magic"), choice()),
    "misconception-twice": (
        choice(
            options=[
                {"id": name, "text": text, "rationale": f"Reason {name} is told at length."}
                | ({} if name == "a" else {"misconception": "slip"})
                for name, text in zip("abcd", _TEXTS, strict=True)
            ]
        ),
        choice(),
    ),
    "mixed-options": (choice(*_TEXTS[:3], "7%"), choice("The coupon", "The price", "The term", "The yield")),
    "option-count": (choice(*_TEXTS[:3]), choice()),
    "key-count": (choice(key="ab", interaction="single_choice"), choice(key="ab")),
    "not-a-question": (
        choice(stem="The yield of a callable bond."),
        choice(stem="Choose what a callable bond offers."),
    ),
    "long-stem": (
        choice(stem="A bond is a promise. " * 20 + _STEM),
        choice(stem="A bond is a promise. " * 10 + _STEM),
    ),
    "hard-to-read": (
        choice(
            stem="Considering the institutional characteristics of intermediated participation in the "
            "governmental securities auctions, and notwithstanding the considerable administrative "
            "simplification introduced contemporaneously for individual investors, which particular "
            "characteristic predominantly differentiates noncompetitive participation?"
        ),
        choice(
            stem="A small saver sends a bid to the auction. The bid names no yield and is filled first. The "
            "saver takes what the others set. Which kind of bid is this called in the rules of the auction?"
        ),
    ),
    "idle-number": (
        number(
            stem="A bill with 180 days to run and 77 holders is quoted at 5.00%. What is its price per 100?"
        ),
        number(),
    ),
    "blank-inside": (
        choice(stem="The holder of a ____ bond earns more than that of a plain one, why?"),
        choice(stem="The holder earns more because the bond is ____"),
    ),
    "shuffle-unsafe": (
        choice(*_TEXTS[:3], "The first two options together"),
        choice(*_TEXTS[:3], "It trades above par"),
    ),
    "refers-to-other-item": (
        choice(stem="Why is the yield of the bond in the previous question higher than that of a plain one?"),
        choice(stem="Why is the yield of the previous bond higher than that of a plain one?"),
    ),
    "opinion": (
        choice(stem="In your opinion, why does a callable bond pay more?"),
        choice(stem="Which reason best explains the yield?"),
    ),
    "trick-option": (
        choice("It may not be called early", "It may be called early", *_TEXTS[2:]),
        choice("It may be called late", "It may be called early", *_TEXTS[2:]),
    ),
    "undated-figure": (
        choice(facts=["cap"]),
        choice(facts=["cap"], stem="As of August 2025, why does the holder of a callable bond earn more?"),
    ),
    "undated-fact": (
        choice(facts=["tax"]),
        choice(facts=["tax"], stem="As of August 2024, why does the holder of a callable bond earn more?"),
    ),
    "floating-date": (
        choice(stem="How many bonds does the Treasury currently hold at the central bank?"),
        choice(stem="How many bonds does the Treasury currently hold, as of May 2026, at the central bank?"),
    ),
    "dates-out-of-order": (
        choice(facts=["tax"], review_by=date(2027, 2, 1)),
        choice(facts=["tax"], review_by=date(2027, 1, 1)),
    ),
    "expired": (choice(review_by=date(2026, 11, 24)), choice(review_by=date(2026, 11, 25))),
    "letter-named": (
        choice(**rationales("The issuer decides.", "Unlike option A it is no call.", *_REASONS[2:])),
        choice(
            **rationales(
                "The issuer decides.", "Class A shares are no bonds (see section 3(A)).", *_REASONS[2:]
            )
        ),
    ),
    "false-equation": (
        number(**why(r"The discount is $100 \times 0.05 \times 180 / 360 = 2.60$.")),
        number(),
    ),
    "key-unexplained": (choice(**why("That is so.", "So it is.")), choice()),
    "thin-rationale": (
        choice(**rationales("Right.", *_REASONS[1:])),
        choice(**rationales("The issuer may decide.", *_REASONS[1:])),
    ),
    "number-from-nowhere": (
        number(**why("The discount is 2.50, and 7.31 would be too much.")),
        number(**why(r"With $100 \times 5.00\% \times 180 / 360 = 2.50$ the discount is 2.50, half of 5.")),
    ),
    "statements-unbalanced": (
        choice(
            "I and II only",
            "I and III only",
            "I, II and III",
            "I only",
            order="fixed",
            stem=_ROMAN,
            style="statements",
        ),
        choice(
            "I and II only",
            "I and III only",
            "II and III only",
            "II only",
            order="fixed",
            stem=_ROMAN,
            style="statements",
        ),
    ),
    "statement-style": (
        choice("I and II only", "I and III only", "II and III only", "II only", order="fixed", stem=_ROMAN),
        choice(
            "I and II only",
            "I and III only",
            "II and III only",
            "II only",
            order="fixed",
            stem=_ROMAN,
            style="statements",
        ),
    ),
    "copied-reference": (
        choice(**why(f"So it is: {REFERENCE}")),
        choice(**why("The committee will announce its members.")),
    ),
}
"""For each rule over one item a bad and a good one."""

_FILLED = [
    choice(
        *(f"{word} {place}x{place}" for word in ("First", "Second", "Third", "Fourth")),
        id=f"t1-other-{place}",
        concept=f"t1-other-{place}",
        stem=f"What is the answer to {place}x{place}?",
    )
    for place in range(60)
]


def ground_of(items: Iterable[Item], **changed: Any) -> tuple[tuple[View, ...], Ground]:
    """Views of some items and what surrounds them: the facts, the day, and a reference."""
    views = tuple(View(one) for one in items)
    around = {"facts": FACTS, "today": TODAY, "references": runs_of({"news.txt": REFERENCE})} | changed
    return views, Ground(spread=spread_of(views), size=len(views), **around)


def beside(item: Item) -> tuple[View, Ground]:
    """An item's view among sixty others."""
    views, ground = ground_of([item, *_FILLED])
    return views[0], ground
