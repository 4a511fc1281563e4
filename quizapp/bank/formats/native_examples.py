"""One full example of each native file and of each interaction; the reference page shows them."""

BANK = """\
format: 1
bank: example
title: An example bank
licence: CC-BY-4.0
covers: Two ideas about bills and bonds. It covers the syllabus of no examination.
topics:
  - id: T1
    title: Bills and bonds
    subtopics:
      - {id: "1.1", title: "Bills: quoting and counting days"}
      - {id: "1.2", title: Price and yield}
    objectives:
      - {id: T1-O1, text: Tell the day counts of bills and bonds apart.}
      - {id: T1-O2, text: Say how a price answers to a yield.}
"""

FACTS = """\
format: 1
bank: example
facts:
  - id: bill-discount-base
    statement: The bank discount rate of a Treasury bill counts the days over a year of 360.
    value: 360
    unit: days
    as_of: 2026-06-30
    source: "31 CFR 356, Appendix B, section VI"
    confidence: H
    review_by: 2027-06-30
"""

EXAMS = """\
format: 1
bank: example
exams:
  - id: try-out
    title: Try-out
    summary: Two questions to see how a test works.
    imitates: No examination. Our own format.
    source: Set by the authors of this bank.
    checked_on: 2026-06-30
    verified: false
    parts:
      - title: Try-out
        items: 2
        minutes: 5
        pass_percent: 50
        scoring: all_or_nothing
        door: free
        blueprint:
          - {topics: [T1], items: 2}
"""

_HEAD = """\
format: 1
bank: example
topic: T1
"""

_STIMULI = """\
stimuli:
  - id: case-two-bonds
    title: Two bonds on one desk
    text: |
      A client holds two bonds of the same issuer, both bought at par.

      | Bond | Term | Coupon |
      |---|---|---|
      | Short | 2 years | 4% |
      | Long | 20 years | 4% |
"""

SINGLE_CHOICE = """\
  - id: bill-day-base
    subtopic: "1.1"
    objective: T1-O1
    concept: bill-day-base
    level: recall
    difficulty: 1
    interaction: single_choice
    style: single
    stem: |
      Over a year of how many days is the bank discount rate of a Treasury bill counted?
    option_order: fixed
    options:
      - id: a
        text: 360 days
        rationale: Right. The bank discount rate divides by 360, whatever the year.
      - id: b
        text: 364 days
        rationale: Wrong. That is 52 weeks. It tempts those who think of the longest bill.
        misconception: year-of-whole-weeks
      - id: c
        text: 365 days
        rationale: Wrong. That base belongs to the investment rate.
        misconception: investment-rate-day-base
      - id: d
        text: 366 days
        rationale: Wrong. Leap years change the investment rate only.
        misconception: leap-year-day-base
    key: [a]
    explanation:
      rule: Discount rates of bills count over 360 days.
      why: |
        With the price $P$ per 100 of face value and $d$ days to run,

        $$r = \\frac{100 - P}{100} \\times \\frac{360}{d}$$
    facts: [bill-discount-base]
    sources:
      - "31 CFR 356, Appendix B, section VI"
    as_of: 2026-06-30
    review_by: 2027-06-30
    status: live
    licence: CC-BY-4.0
    author: Example authors
"""

MULTIPLE_RESPONSE = """\
  - id: long-bond-answers-more
    subtopic: "1.2"
    objective: T1-O2
    concept: term-and-sensitivity
    level: understand
    difficulty: 2
    interaction: multiple_response
    style: case
    stimulus: case-two-bonds
    stem: |
      Yields of both bonds rise by half a percentage point. Which statements hold?
    choose: stated
    option_order: shuffled
    options:
      - id: both-fall
        text: Both prices fall
        rationale: Right. A price is a sum of payments discounted at the yield.
      - id: long-more
        text: The long bond loses more of its price
        rationale: Right. Its payments lie further away, so the yield weighs on them longer.
      - id: short-more
        text: The short bond loses more of its price
        rationale: Wrong. It tempts those who think that a near payment answers more.
        misconception: near-payment-answers-more
      - id: same
        text: Both lose the same, since their coupons are equal
        rationale: Wrong. The coupon is one of several things that matter; the term is another.
        misconception: coupon-alone-matters
    key: [both-fall, long-more]
    explanation:
      rule: The longer the term, the more a price answers to its yield.
      why: |
        Discounting by a higher yield lowers every payment, and the later ones most.
    sources:
      - "Fabozzi, Bond Markets, Analysis and Strategies"
      - "Tuckman and Serrat, Fixed Income Securities"
    as_of: 2026-06-30
    review_by: 2028-06-30
    status: live
    licence: CC-BY-4.0
    author: Example authors
"""

NUMERIC_ENTRY = """\
  - id: bill-price-from-rate
    subtopic: "1.1"
    objective: T1-O1
    concept: bill-price-from-rate
    level: apply
    difficulty: 2
    interaction: numeric_entry
    style: numeric
    stem: |
      A bill with 180 days to run is quoted at a bank discount rate of 5.00%. What is its price per USD 100
      of face value? Give two decimals.
    unit: USD
    decimals: 2
    key:
      value: 97.50
      tolerance: 0.005
    slips:
      - value: 97.53
        misconception: bill-price-over-365
        rationale: You get this by counting over 365 days.
    explanation:
      rule: Price is 100 less the rate times days over 360.
      why: |
        The discount is $100 \\times 0.05 \\times 180 / 360 = 2.50$, so the price is 97.50.
    facts: [bill-discount-base]
    sources:
      - "31 CFR 356, Appendix B, section VI"
    as_of: 2026-06-30
    review_by: 2027-06-30
    status: live
    licence: CC-BY-4.0
    author: Example authors
"""

TRUE_FALSE = """\
  - id: price-falls-as-yield-rises
    subtopic: "1.2"
    objective: T1-O2
    concept: price-against-yield
    level: recall
    difficulty: 1
    interaction: true_false
    style: single
    stem: |
      When the yield of a bond with fixed coupons rises, its price rises as well.
    key: false
    why_right: |
      Right. The same payments are discounted at a higher rate, so they are worth less today.
    why_wrong: |
      Wrong. It tempts those who take a yield for the interest that the bond pays.
    misconception: yield-taken-for-coupon
    explanation:
      rule: Price and yield move against each other.
      why: |
        A price is the sum of fixed payments, each divided by a power of one plus the yield.
    sources:
      - "Fabozzi, Bond Markets, Analysis and Strategies"
    as_of: 2026-06-30
    review_by: 2028-06-30
    status: live
    licence: CC-BY-4.0
    author: Example authors
"""

STATEMENT_SET = """\
  - id: day-counts-of-bills
    subtopic: "1.1"
    objective: T1-O1
    concept: day-counts-of-bills
    level: understand
    difficulty: 2
    interaction: statement_set
    style: statements
    stem: |
      Which of these statements about a Treasury bill are correct?
    statements:
      - text: Its discount rate counts over a year of 360 days
        truth: true
        reason: the bank discount rate divides by 360 in every year.
        misconception: year-of-365-for-360
      - text: Its discount rate is a share of the price paid
        truth: false
        reason: the base is the face value that the bill repays.
        misconception: discount-on-price
      - text: Its investment rate counts over a year of 365 or 366 days
        truth: true
        reason: that rate is made to stand beside the yields of bonds.
        misconception: one-day-count-for-both
    explanation:
      rule: Discount rates are shares of face value over 360 days, investment rates of the price over a year.
      why: |
        The two rates differ in their base and in their year, so the investment rate is the higher one.
    facts: [bill-discount-base]
    sources:
      - "31 CFR 356, Appendix B, section VI"
    as_of: 2026-06-30
    review_by: 2027-06-30
    status: live
    licence: CC-BY-4.0
    author: Example authors
"""

MATCHING = """\
  - id: rates-and-their-bases
    subtopic: "1.1"
    objective: T1-O1
    concept: rates-and-their-bases
    level: understand
    difficulty: 2
    interaction: matching
    style: single
    stem: |
      What does each of these rates of a Treasury bill divide by?
    prompts:
      - text: Bank discount rate
        key: face
        rationale: The discount is a share of what the bill repays.
        misconception: discount-on-price
      - text: Investment rate
        key: price
        rationale: It is a return on the money laid out.
        misconception: return-on-face-value
      - text: Money-market yield
        key: price
        rationale: It too is a return on the money laid out, over a year of 360 days.
        misconception: return-on-face-value
    options:
      - {id: face, text: The face value}
      - {id: price, text: The price paid}
      - {id: discount, text: The discount}
    explanation:
      rule: Only the discount rate divides by face value.
      why: |
        A yield compares what is earned with what was paid. The discount rate compares it with what is repaid.
    sources:
      - "31 CFR 356, Appendix B, section VI"
    as_of: 2026-06-30
    review_by: 2028-06-30
    status: live
    licence: CC-BY-4.0
    author: Example authors
"""

ORDERING = """\
  - id: way-of-an-auction
    subtopic: "1.1"
    objective: T1-O1
    concept: way-of-an-auction
    level: recall
    difficulty: 1
    interaction: ordering
    style: single
    stem: |
      In which order do these steps of a Treasury auction come?
    elements:
      - id: notice
        text: The announcement names the amount offered
        rationale: Bidders have to know what is for sale.
        misconception: amount-fixed-by-bids
      - id: bids
        text: Bids are taken
        rationale: They answer the announcement.
        misconception: bids-before-the-offer
      - id: award
        text: The stop-out yield is set
        rationale: It follows from the bids.
        misconception: yield-set-beforehand
      - id: issue
        text: Securities are issued against payment
        rationale: Only what was awarded is paid for.
        misconception: payment-with-the-bid
    explanation:
      rule: Announced, bid for, awarded, issued.
      why: |
        Each step needs what the one before it settles.
    sources:
      - "31 CFR 356.20"
    as_of: 2026-06-30
    review_by: 2028-06-30
    status: live
    licence: CC-BY-4.0
    author: Example authors
"""

SHORT_TEXT = """\
  - id: discount-below-face
    subtopic: "1.1"
    objective: T1-O1
    concept: discount-below-face
    level: recall
    difficulty: 1
    interaction: short_text
    style: single
    stem: |
      What is the difference between the face value of a Treasury bill and its lower price called?
    accepted:
      - discount
      - "[the] bill discount*"
    why_right: |
      Right. A bill pays no coupon; the discount is all that its holder earns.
    slips:
      - pattern: "[the] coupon*"
        misconception: coupon-on-bills
        rationale: Wrong. A bill repays its face value and pays nothing before.
      - pattern: "[the] bid-ask spread"
        misconception: spread-taken-for-discount
        rationale: Wrong. That is what a dealer earns between two prices of one day.
    explanation:
      rule: A bill is bought at a discount and repaid at face value.
      why: |
        The price lies below the face value, and the difference is the discount.
    sources:
      - "31 CFR 356, Appendix B, section VI"
    as_of: 2026-06-30
    review_by: 2028-06-30
    status: live
    licence: CC-BY-4.0
    author: Example authors
"""

CLOZE = """\
  - id: bond-below-par
    subtopic: "1.2"
    objective: T1-O2
    concept: bond-below-par
    level: apply
    difficulty: 2
    interaction: cloze
    style: single
    stem: |
      Fill in the blanks.
    passage: |
      When yields rise, the price of a bond {{move}}. At a price of 98.50 per 100, a face value of USD 1,000
      costs {{cost}}. The day on which buyer and seller exchange bond and money is called {{day}}.
    blanks:
      - id: move
        choices:
          - id: a
            text: falls
            rationale: Right. The same payments are discounted at a higher rate.
          - id: b
            text: rises
            rationale: Wrong. It tempts those who take a yield for what the bond pays.
            misconception: yield-taken-for-coupon
        key: a
      - id: cost
        number: {value: 985.00, tolerance: 0.005, decimals: 2, unit: USD}
        why_right: The price is per 100 of face value, and there are ten of these.
        slips:
          - value: 98.50
            misconception: price-taken-for-cost
            rationale: You get this by forgetting that the price is per 100 of face value.
      - id: day
        accepted: ["settlement [day|date]"]
        why_right: On that day the trade is settled.
        slips:
          - pattern: "trade [day|date]"
            misconception: trade-for-settlement
            rationale: On the trade day the price is agreed, and nothing changes hands.
    explanation:
      rule: Price and yield move against each other, and prices are per 100 of face value.
      why: |
        A price of 98.50 means 98.50 for every 100 that the bond repays.
    sources:
      - "Fabozzi, Bond Markets, Analysis and Strategies"
    as_of: 2026-06-30
    review_by: 2028-06-30
    status: live
    licence: CC-BY-4.0
    author: Example authors
"""

ITEMS = {
    "single_choice": SINGLE_CHOICE,
    "multiple_response": MULTIPLE_RESPONSE,
    "numeric_entry": NUMERIC_ENTRY,
    "true_false": TRUE_FALSE,
    "statement_set": STATEMENT_SET,
    "matching": MATCHING,
    "ordering": ORDERING,
    "short_text": SHORT_TEXT,
    "cloze": CLOZE,
}
"""An item for each interaction, as it stands in a list of items."""

TEMPLATE = """\
  - id: bill-price-drawn
    subtopic: "1.1"
    objective: T1-O1
    concept: bill-price-from-rate
    level: apply
    difficulty: 2
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
    stem: |
      A Treasury bill with [[days]] days to run is quoted at a bank discount rate of [[discount]]. What is its
      price per USD 100 of face value?
    convention: Actual days over 360, taken off the face value. Round to [[decimals]].
    key: {formula: price, show: decimals 3, tolerance: 0.0005, unit: USD}
    distractors:
      - name: over_365
        formula: 100 * (1 - discount * days / 365)
        misconception: bill-price-over-365
        rationale: You get [[answer]] by counting over 365 days.
      - name: as_a_yield
        formula: 100 / (1 + discount * days / 360)
        misconception: discounting-as-a-yield
        rationale: You get [[answer]] by dividing by one plus the discount, which is taken off the face value.
    explanation:
      rule: Price is 100 less the rate times days over 360.
      why: |
        The discount is taken off the face value, which leaves [[key]].
    steps:
      - {formula: "bill_price(discount, days)", show: decimals 3}
    facts: [bill-discount-base]
    sources:
      - "31 CFR 356, Appendix B, section VI"
    as_of: 2026-06-30
    review_by: 2027-06-30
    status: live
    licence: CC-BY-4.0
    author: Example authors
"""
"""A template, as it stands in a list of templates."""

NOTE = """\
format: 1
bank: example
note: bills
topic: T1
kind: note
title: How a bill is priced
lede: Get from a discount rate to a price, and see how the term works.
values:
  days: 91
  price: bill_price(0.05, days)
show:
  days: whole
  price: decimals 4
sections:
  - subtopic: "1.1"
    title: From the rate to the price
    text: |
      The discount is taken off the face value: $P = 100 (1 - d r / 360)$. At a rate of 5% and [[days]] days
      the price is [[price]].
    plot:
      title: The longer the term, the lower the price
      x: Days to maturity
      y: Price per 100 of face value
      series:
        - {name: "at 2%", formula: "bill_price(0.02, x)", over: {from: 7, to: 357, by: 7}}
        - {name: "at 5%", formula: "bill_price(0.05, x)", over: {from: 7, to: 357, by: 7}}
facts: [bill-discount-base]
sources:
  - "31 CFR 356, Appendix B, section VI"
as_of: 2026-06-30
review_by: 2027-06-30
licence: CC-BY-4.0
author: Example authors
"""

STIMULUS = _STIMULI

FILES = {
    "bank.yml": BANK,
    "facts.yml": FACTS,
    "exams.yml": EXAMS,
    "items/T1.yml": _HEAD + _STIMULI + "items:\n" + "\n".join(ITEMS.values()) + "templates:\n" + TEMPLATE,
    "notes/example.yml": NOTE,
}
"""A whole bank of these examples."""
