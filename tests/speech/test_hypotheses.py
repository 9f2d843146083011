"""What a search found, made into readings."""

from __future__ import annotations

import math

import pytest

from ringtrue.speech.hypotheses import Hypothesis, is_sigh, tidy, told_apart


def found(raw: str, likelihood: float, tokens: int = 4) -> Hypothesis:
    """A hypothesis of that likelihood in all."""
    return Hypothesis(raw=raw, score=likelihood / tokens, tokens=tokens)


def shares(*hypotheses: Hypothesis) -> list[tuple[str, float]]:
    """The texts and their shares in percent."""
    return [(one.raw, round(100 * share)) for one, share in told_apart(hypotheses)]


def test_the_same_words_are_one_reading() -> None:
    """However they are written; together they may be likelier than what was the likeliest alone."""
    told = shares(found(" of colors", math.log(0.4)), found(" Of course.", math.log(0.3)), found(" of course", math.log(0.3)))

    assert told == [(" Of course.", 60), (" of colors", 40)]


def test_what_hardly_anything_speaks_for_is_left_out() -> None:
    """The likeliest stays whatever its share."""
    assert shares(found("Yes.", 0.0), found("Guess.", math.log(0.09))) == [("Yes.", 92)]
    assert [raw for raw, _ in shares(*(found(f"word {number}", -0.1 * number) for number in range(9)))] == [
        "word 0", "word 1", "word 2", "word 3",
    ]  # fmt: skip


@pytest.mark.parametrize("raw", ["", " ", "...", "[BLANK_AUDIO]"])
def test_where_the_likeliest_has_no_words_nobody_spoke(raw: str) -> None:
    """Words that were less likely are not taken instead."""
    assert shares(found(raw, -0.5), found("Yes.", -0.6)) == []
    assert told_apart([]) == []


def test_a_sigh_beside_words_as_doubtful_is_nobodys() -> None:
    """A note of music is written "Okay." as readily; beside surer words it is only left out."""
    sigh = found("Oh", math.log(0.15) * 2, tokens=1)

    assert shares(found("Okay.", math.log(0.17) * 3, tokens=2), sigh) == []
    assert [raw for raw, _ in shares(found("Okay.", math.log(0.3) * 3, tokens=2), sigh)] == ["Okay."]
    assert [raw for raw, _ in shares(found("Okay.", math.log(0.17) * 3, tokens=2))] == ["Okay."]


def test_a_wordless_one_takes_its_share() -> None:
    """What may have been nothing is less sure."""
    assert shares(found("Yes.", 0.0), found("", math.log(0.5))) == [("Yes.", 67)]


def test_sureness_is_the_mean_probability_of_a_token() -> None:
    """The end of the text is one too."""
    one = found("Yes, please.", 4 * math.log(0.5), tokens=3)

    assert one.sureness == pytest.approx(0.5)
    assert found("Yes.", 0.1).sureness == 1.0


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (" Yes, I will. ", "Yes, I will."),
        ("I want to go. I want to go. I want to go. I want to go.", "I want to go"),
        ("It's ten. It's ten. It's ten.", "It's ten"),
        ("Dr. Patel, Dr. Patel, Dr. Patel", "Dr. Patel"),
        ("No, no, no.", "No"),
        ("no no", "no no"),
        ("really, really, really good", "really, really, really good"),
        ("Four, five, five, five.", "Four, five, five, five."),
        ("zero zero zero zero", "zero zero zero zero"),
        ("5 5 5 5", "5 5 5 5"),
        ("(415) 555-0123", "(415) 555-0123"),
        ("[BLANK_AUDIO]", ""),
        ("(soft music) Yes.", "Yes."),
        ("♪ la la ♪", "la la"),
        ("...", ""),
        ("", ""),
    ],
)
def test_what_was_said_is_left_of_what_was_written(written: str, said: str) -> None:
    """Loops at the end and notes on sounds go, digits and repetitions that people use stay."""
    assert tidy(written) == said


@pytest.mark.parametrize(
    ("text", "sureness", "expected"),
    [
        ("Oh.", 0.15, True),
        ("Oh.", 0.6, False),
        ("Hmm", 0.1, True),
        ("ooooh", 0.16, True),
        ("Two.", 0.1, False),
        ("Oh no", 0.1, False),
    ],
)
def test_a_sigh_that_was_hardly_heard_is_no_word(text: str, sureness: float, expected: bool) -> None:
    """Whoever is sure of one may have heard it, and other words are doubted, not dropped."""
    assert is_sigh(text, sureness) == expected
