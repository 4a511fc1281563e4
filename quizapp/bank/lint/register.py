"""The register of rules: one line each, with its level and where it comes from.

HDR are the guidelines of Haladyna, Downing and Rodriguez, Applied Measurement in Education 15(3), 2002; NBME
is Constructing Written Test Questions, 2016.
"""

from quizapp.bank.lint import (
    balance,
    copies,
    cues,
    dating,
    explanation,
    links,
    numeric,
    options,
    statements,
    stem,
    waivers,
)
from quizapp.bank.lint.rule import AcrossRule, AnyRule, BankRule, ItemRule, Level, WaiverRule

_E, _W, _B = Level.ERROR, Level.WARNING, Level.BANK

ITEM_RULES: tuple[ItemRule, ...] = (
    ItemRule(options.longest_key, _W, "HDR 24, NBME"),
    ItemRule(options.catch_all_option, _E, "HDR 25, 26"),
    ItemRule(stem.unmarked_negative, _E, "HDR 17"),
    ItemRule(stem.negative_stem, _W, "HDR 17"),
    ItemRule(stem.double_negative, _E, "HDR 27"),
    ItemRule(stem.grammatical_cue, _W, "HDR 28c, NBME"),
    ItemRule(cues.absolute_words, _W, "HDR 28a, NBME"),
    ItemRule(cues.vague_words, _W, "NBME"),
    ItemRule(options.duplicate_options, _E, "HDR 22"),
    ItemRule(numeric.same_number, _E, "HDR 22"),
    ItemRule(options.near_duplicate_options, _W, "HDR 22"),
    ItemRule(numeric.numbers_unsorted, _E, "HDR 21"),
    ItemRule(numeric.numbers_shuffled, _W, "HDR 21"),
    ItemRule(numeric.ranges_overlap, _E, "HDR 22"),
    ItemRule(numeric.mixed_units, _W, "HDR 23"),
    ItemRule(cues.convergence, _W, "HDR 28e, NBME"),
    ItemRule(cues.clang, _W, "HDR 28b, NBME"),
    ItemRule(cues.exhaustive_options, _W, "NBME"),
    ItemRule(options.filler_option, _W, "HDR 29, 30"),
    ItemRule(options.misconception_twice, _W, "HDR 29, 30"),
    ItemRule(options.mixed_options, _W, "HDR 23"),
    ItemRule(options.option_count, _E, "HDR 18"),
    ItemRule(options.key_count, _E, "HDR 19"),
    ItemRule(stem.not_a_question, _W, "HDR 15"),
    ItemRule(stem.long_stem, _W, "HDR 13, 16"),
    ItemRule(stem.hard_to_read, _W, "HDR 13"),
    ItemRule(stem.idle_number, _W, "HDR 16"),
    ItemRule(stem.blank_inside, _W, "HDR 14"),
    ItemRule(options.shuffle_unsafe, _E, "own"),
    ItemRule(stem.refers_to_other_item, _W, "HDR 4"),
    ItemRule(stem.opinion, _W, "HDR 6"),
    ItemRule(cues.trick_option, _W, "HDR 7"),
    ItemRule(dating.undated_figure, _E, "own"),
    ItemRule(dating.undated_fact, _W, "own"),
    ItemRule(dating.floating_date, _W, "own"),
    ItemRule(dating.dates_out_of_order, _W, "own"),
    ItemRule(dating.expired, _W, "own"),
    ItemRule(explanation.letter_named, _E, "own"),
    ItemRule(explanation.false_equation, _E, "own"),
    ItemRule(explanation.key_unexplained, _W, "own"),
    ItemRule(explanation.thin_rationale, _W, "own"),
    ItemRule(explanation.number_from_nowhere, _W, "own"),
    ItemRule(statements.statements_unbalanced, _E, "HDR 9"),
    ItemRule(statements.statement_style, _W, "HDR 9"),
    ItemRule(copies.copied_reference, _E, "own"),
)
"""What is asked of each item by itself."""

ACROSS_RULES: tuple[AcrossRule, ...] = (
    AcrossRule(copies.copied_text, _W, "own"),
    AcrossRule(copies.near_duplicate_stems, _W, "HDR 4"),
    AcrossRule(links.dead_link, _W, "own"),
)
"""What is asked of each item beside the others."""

BANK_RULES: tuple[BankRule, ...] = (
    BankRule(balance.longest_key_rate, _B, "HDR 24, NBME"),
    BankRule(balance.shortest_key_rate, _B, "HDR 24"),
    BankRule(balance.convergence_rate, _B, "HDR 28e, NBME"),
    BankRule(balance.key_position, _B, "HDR 20"),
    BankRule(balance.key_runs, _B, "HDR 20"),
    BankRule(balance.absolute_skew, _B, "HDR 28a"),
    BankRule(balance.vague_skew, _B, "NBME"),
    BankRule(balance.negative_share, _B, "HDR 17"),
    BankRule(balance.statement_share, _B, "HDR 9"),
    BankRule(balance.statement_keys, _B, "HDR 9"),
    BankRule(links.unused_fact, _B, "own"),
    BankRule(links.overused_fact, _B, "HDR 4"),
    BankRule(balance.waiver_share, _B, "own"),
    BankRule(balance.blueprint_unfilled, _E, "own"),
)
"""What is asked of the bank as a whole."""

WAIVER_RULES: tuple[WaiverRule, ...] = (
    WaiverRule(waivers.unknown_waiver, _W, "own"),
    WaiverRule(waivers.waived_error, _W, "own"),
    WaiverRule(waivers.unneeded_waiver, _W, "own"),
)
"""What is asked of waivers, after all else."""

RULES: tuple[AnyRule, ...] = (*ITEM_RULES, *ACROSS_RULES, *BANK_RULES, *WAIVER_RULES)
