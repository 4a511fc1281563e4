"""How sure a candidate was: the three words, and the two by two of certainty and outcome."""

import pytest

from quizapp.assessment.certainty import Calibration, Certainty, calibration, certainty_of, parse_certainty
from quizapp.assessment.errors import InvalidResponse


@pytest.mark.parametrize("said", [(), ("sure",), ("unsure",), ("guess",)])
def test_one_of_three_words_or_nothing_may_be_said(said: tuple[str, ...]) -> None:
    assert parse_certainty(said) == said
    assert certainty_of(said) == (said[0] if said else None)


@pytest.mark.parametrize("said", [("certain",), ("Sure",), ("",), ("sure", "guess"), ("sure", "sure")])
def test_nothing_else_may_be_said(said: tuple[str, ...]) -> None:
    with pytest.raises(InvalidResponse, match="certainty"):
        parse_certainty(said)


def test_a_guess_counts_with_the_unsure_and_silence_apart() -> None:
    told = calibration(
        [
            (Certainty.SURE, True),
            (Certainty.SURE, True),
            (Certainty.SURE, False),
            (Certainty.UNSURE, False),
            (Certainty.GUESS, False),
            (Certainty.GUESS, True),
            (None, True),
        ]
    )
    assert told == Calibration(sure_right=2, sure_wrong=1, unsure_right=1, unsure_wrong=2, unsaid=1)
    assert told.said == 6
    assert calibration([]).said == 0
