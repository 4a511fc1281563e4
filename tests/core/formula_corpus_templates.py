"""Item templates as authors write them: a bill's price, a current yield and a forward rate."""

from collections.abc import Mapping
from typing import Any

from quizapp.assessment.variants.document import template_from_document
from quizapp.assessment.variants.template import ItemTemplate
from quizapp.bank import tree

_HEAD = """
subtopic: "5.1"
objective: T5-O1
level: apply
difficulty: 1
facts: [bill-price]
sources: ["31 CFR 356, Appendix B, section VI"]
as_of: 2026-06-30
review_by: 2027-06-30
status: live
licence: CC-BY-4.0
author: quizapp contributors
"""
TEXTS = {
    "bill_price": """
id: t05-bill-price-drawn
concept: t05-bill-price
interaction: numeric_entry
style: numeric
parameters:
  days: {from: 28, to: 364, by: 7}
  discount: {from: 0.02, to: 0.06, by: 0.0005}
values:
  price: bill_price(discount, days)
show:
  days: whole
  discount: percent 2
  price: decimals 3
stem: |
  A Treasury bill with [[days]] days to maturity is sold at a discount rate of [[discount]].
  What is its price per 100 of face value?
convention: bank discount basis, actual days over 360. Round to [[decimals]].
key: {formula: price, show: decimals 3, tolerance: 0.0005, unit: "USD per 100 face"}
distractors:
  - name: bond_year
    formula: 100 * (1 - discount * days / 365)
    misconception: year-of-365-for-360
    rationale: You get [[answer]] by dividing by 365 days. A discount rate uses 360.
  - name: as_a_yield
    formula: 100 / (1 + discount * days / 360)
    misconception: discounting-as-a-yield
    rationale: You get [[answer]] by dividing by one plus the discount. It is taken off the face value.
explanation:
  rule: P = 100 × (1 − d × r / 360).
  why: |
    Taken off the face value, the discount leaves [[key]] ($[[price]]$), not [[bond_year]].
steps:
  - text: The rate is [[discount]] ($[[discount]]$) for [[days]] days.
  - {formula: "bill_price(discount, days)", show: decimals 4}
""",
    "current_yield": """
id: t04-current-yield-drawn
concept: t04-current-yield
interaction: single_choice
style: single
parameters:
  coupon: {from: 0.01, to: 0.06, by: 0.00125}
  ticks: {from: 2816, to: 3584, by: 4}
  kind: {words: [note, bond]}
constraints:
  - ticks != 3200
values:
  price: ticks / 32
show: {coupon: percent 3, price: thirty-seconds}
stem: |
  A Treasury [[kind]] with a coupon of [[coupon]] is quoted at [[price]]. What is its current yield?

  ([[convention]])
convention: a year's coupons over the clean price, rounded to two decimals
key:
  formula: current_yield(coupon, price)
  show: percent 2
  tolerance: 0.005
  text: "[[answer]] a year"
  rationale: Right. The coupons of a year over what they cost.
distractors:
  - name: on_face
    formula: coupon
    misconception: face-value-for-price
    rationale: Wrong. That is the coupon rate, on the face value. It tempts those who forget the price.
  - name: half
    formula: current_yield(coupon, price) / 2
    misconception: one-coupon-for-two
    rationale: Wrong. [[answer]] counts one of two coupons. It tempts those who stop at the half-year.
  - name: inverted
    formula: coupon * price / 100
    misconception: price-upside-down
    rationale: Wrong. This multiplies by the price. It tempts those who recall the parts and not their places.
explanation:
  rule: Current yield = annual coupon / clean price.
  why: The quote [[price]] stands for a price in 32nds, and the yield is [[key]].
""",
    "forward_rate": """
id: t06-forward-drawn
concept: t06-forward-annual
interaction: numeric_entry
style: numeric
parameters:
  near: {from: 0.02, to: 0.05, by: 0.001}
  far: {from: 0.02, to: 0.05, by: 0.001}
  years: {numbers: [1, 2, 3, 5]}
constraints:
  - abs(far - near) >= 0.003
  - implied > 0
values:
  implied: forward_rate(near, years, far, later)
  later: years + 1
show: {near: percent 1, far: percent 1, years: whole, later: whole, implied: percent 2}
stem: |
  The [[years]]-year spot rate is [[near]] and the [[later]]-year spot rate is [[far]].
  What is the one-year rate, [[years]] years forward?
convention: annual compounding. Round to two decimals.
key: {formula: implied, show: percent 2, tolerance: 0.005, unit: "% a year"}
distractors:
  - name: difference
    formula: far + (far - near)
    misconception: forward-as-a-step
    rationale: You get this by adding the step once more. The step counts for every year.
  - name: average
    formula: (near + far) / 2
    misconception: forward-as-an-average
    rationale: You get this by averaging the two rates.
explanation:
  rule: (1 + z₂)ⁿ⁺¹ = (1 + z₁)ⁿ (1 + f).
  why: |
    What [[later]] years at [[far]] earn beyond [[years]] years at [[near]] is [[implied]].
""",
}


def document(name: str, **changed: Any) -> dict[str, Any]:
    """What a file holds for a template, every scalar as text; a field changed to None is left out."""
    read: Mapping[str, Any] = tree.parse((TEXTS[name] + _HEAD).encode()).value
    return {field: one for field, one in {**read, **changed}.items() if one is not None}


def template(name: str, **changed: Any) -> ItemTemplate:
    """A template, with some fields of its file changed."""
    return template_from_document(document(name, **changed), "treasuries", "T5")
