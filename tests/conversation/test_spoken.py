"""Words tied to the samples that were sent."""

from __future__ import annotations

import pytest

from ringtrue.conversation.agent import Say, Span
from ringtrue.conversation.leg import Position
from ringtrue.conversation.speech import SpokenWord
from ringtrue.conversation.spoken import SpokenSay, WrittenWord, written_words


def word(text: str, start: int, end: int) -> SpokenWord:
    """A word that the voice measured."""
    return SpokenWord(text=text, start=start, end=end, timing="measured")


def spoken_say(text: str = "one two three") -> SpokenSay:
    """A say of plain text whose words of 100 samples each were rendered in one part, to start at 1000."""
    say = SpokenSay(say=Say(spans=(Span(written=text, spoken=text),)))
    words = [word(one, 100 * index, 100 * index + 100) for index, one in enumerate(text.split())]
    say.add(queue_offset=0, samples=100 * len(words), start=Position(1000), words=words, is_last=True)
    return say


def texts(words: tuple[WrittenWord, ...]) -> list[str]:
    """Their texts."""
    return [one.text for one in words]


def test_words_that_pair_keep_what_the_voice_measured() -> None:
    """One written word for each spoken one."""
    spans = [Span(written="Hello Anna.", spoken="Hello Anna.")]

    assert written_words(spans, [word("Hello", 0, 100), word("Anna.", 120, 200)]) == (
        WrittenWord(text="Hello", start=0, end=100, timing="measured"),
        WrittenWord(text="Anna.", start=120, end=200, timing="measured"),
    )


def test_words_that_do_not_pair_share_their_stretch_by_characters() -> None:
    """Marked as estimated; together they cover what the voice said."""
    spans = [Span(written="March 4", spoken="March the fourth")]
    spoken = [word("March", 0, 200), word("the", 200, 300), word("fourth", 300, 600)]

    assert written_words(spans, spoken) == (
        WrittenWord(text="March", start=0, end=500, timing="estimated"),
        WrittenWord(text="4", start=500, end=600, timing="estimated"),
    )


def test_a_span_counts_when_all_its_spoken_words_are_known() -> None:
    """What is not rendered yet has no times, so it is not there yet."""
    spans = [Span(written="On", spoken="On"), Span(written="March 4", spoken="March the fourth")]

    assert texts(written_words(spans, [word("On", 0, 10), word("March", 10, 20)])) == ["On"]


@pytest.mark.parametrize(
    ("sent", "heard"),
    [
        (0, []),
        (50, []),
        (51, ["one"]),
        (150, ["one"]),
        (151, ["one", "two"]),
        (250, ["one", "two"]),
        (251, ["one", "two", "three"]),
    ],
)
def test_a_word_was_heard_when_its_midpoint_was_sent(sent: int, heard: list[str]) -> None:
    """Not a sample before."""
    say = spoken_say()

    assert texts(say.written[: say.heard(sent)]) == heard


def test_all_that_was_sent_was_heard() -> None:
    """Even a last word to which the voice gave no time."""
    say = SpokenSay(say=Say(spans=(Span(written="so it", spoken="so it"),)))
    say.add(queue_offset=0, samples=100, start=Position(0), words=[word("so", 0, 100), word("it", 100, 100)], is_last=True)

    assert texts(say.written) == ["so", "it"]
    assert [say.heard(99), say.heard(100)] == [1, 2]


def test_a_say_is_sent_when_its_last_part_was() -> None:
    """Not while more is to be rendered."""
    say = SpokenSay(say=Say(spans=(Span(written="one two", spoken="one two"),)))
    say.add(queue_offset=500, samples=100, start=Position(0), words=[word("one", 0, 100)], is_last=False)
    assert not say.is_sent(600)

    say.add(queue_offset=600, samples=100, start=Position(100), words=[word("two", 100, 200)], is_last=True)

    assert [say.is_sent(consumed) for consumed in (600, 699, 700)] == [False, False, True]
    assert [say.sent_samples(consumed) for consumed in (400, 550, 700, 900)] == [0, 50, 200, 200]


def test_a_say_without_sound_is_sent_once_rendered() -> None:
    """Empty text takes no time."""
    say = SpokenSay(say=Say(spans=()))
    assert not say.is_sent(0)

    say.add(queue_offset=0, samples=0, start=Position(0), words=(), is_last=True)

    assert say.is_sent(0)


def test_positions_follow_the_plan_when_nothing_disturbs_the_line() -> None:
    """Sample n of the say lies n behind its start."""
    say = spoken_say()
    say.follow(at=Position(1160), consumed=160)

    assert [say.position(offset) for offset in (0, 160, 299)] == [1000, 1160, 1299]


def test_a_gap_shifts_what_comes_behind_it_only() -> None:
    """The line stood at sample 160 of the queue until position 9000."""
    say = spoken_say()
    for at in (1160, 5000, 9000):
        say.follow(at=Position(at), consumed=160)

    assert [say.position(offset) for offset in (100, 159, 160, 200)] == [1100, 1159, 9000, 9040]


def test_a_part_that_has_not_begun_is_planned_from_where_the_line_is() -> None:
    """A gap before it moves it as a whole."""
    say = spoken_say()
    say.add(queue_offset=300, samples=100, start=Position(1300), words=(), is_last=True)
    say.follow(at=Position(9000), consumed=160)

    assert [say.position(offset) for offset in (300, 350)] == [9140, 9190]
