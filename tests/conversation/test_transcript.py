"""An utterance of the transcript while it grows."""

from __future__ import annotations

from ringtrue.conversation.agent import Say, Span
from ringtrue.conversation.leg import Position
from ringtrue.conversation.speech import SpokenWord
from ringtrue.conversation.transcript import AgentUtterance, keys_note
from ringtrue.conversation.turns import Line, Note
from ringtrue.domain.utterance import Utterance, Word


def rendered(*texts: str) -> AgentUtterance:
    """An utterance of one-word says of 800 samples each, queued from position 8000 on, at index 3."""
    utterance = AgentUtterance(3)
    for number, text in enumerate(texts):
        say = utterance.add(Say(spans=(Span(written=text, spoken=text),)))
        word = SpokenWord(text=text, start=0, end=800, timing="measured")
        offset = 800 * number
        say.add(queue_offset=offset, samples=800, start=Position(8000 + offset), words=[word], is_last=True)
    return utterance


def line(consumed: int) -> Line:
    """The line when so many samples left the queue."""
    return Line(at=Position(8000 + consumed), consumed=consumed)


def test_an_utterance_reads_as_far_as_it_was_heard() -> None:
    """Times are milliseconds since the answer; the whole text is there from the start."""
    assert rendered("Hello.", "Goodbye.").note(line(900), rate_hz=8000) == Note(
        index=3,
        utterance=Utterance(
            role="agent",
            content="Hello.",
            generated="Hello. Goodbye.",
            words=(Word(word="Hello.", start_ms=1000, end_ms=1100, timing="measured"),),
            start_ms=1000,
            end_ms=1100,
        ),
    )


def test_the_same_reading_is_noted_once() -> None:
    """Only news is noted."""
    utterance = rendered("Hello.", "Goodbye.")
    utterance.note(line(900), rate_hz=8000)

    assert utterance.note(line(1000), rate_hz=8000) is None


def test_nothing_is_noted_before_the_first_sample() -> None:
    """Nor without a place in the transcript."""
    assert rendered("Hello.").note(line(0), rate_hz=8000) is None
    placeless = rendered("Hello.")
    placeless.index = None
    assert placeless.note(line(800), rate_hz=8000) is None


def test_a_closed_utterance_that_was_cut_is_interrupted() -> None:
    """One that was heard to its end is not."""
    cut, whole = rendered("Hello.", "Goodbye."), rendered("Hello.", "Goodbye.")
    cut.is_closed = whole.is_closed = True

    cut_note, whole_note = cut.note(line(900), rate_hz=8000), whole.note(line(1600), rate_hz=8000)

    assert cut_note is not None
    assert whole_note is not None
    assert (cut_note.utterance.content, cut_note.utterance.interrupted) == ("Hello.", True)
    assert (whole_note.utterance.content, whole_note.utterance.interrupted) == ("Hello. Goodbye.", False)


def test_a_word_ends_before_a_gap_behind_it() -> None:
    """The line was held between two parts of a say: the first word ended when it was silent."""
    utterance = AgentUtterance(0)
    say = utterance.add(Say(spans=(Span(written="one two", spoken="one two"),)))
    words = [SpokenWord(text=text, start=at, end=at + 800, timing="measured") for text, at in (("one", 0), ("two", 800))]
    for number, word in enumerate(words):
        say.add(queue_offset=800 * number, samples=800, start=Position(800 * number), words=[word], is_last=number == 1)
    utterance.follow(Line(at=Position(80_000), consumed=800))

    note = utterance.note(Line(at=Position(80_800), consumed=1600), rate_hz=8000)

    assert note is not None
    assert [(word.start_ms, word.end_ms) for word in note.utterance.words] == [(0, 100), (10_000, 10_100)]


def test_an_utterance_cut_before_its_first_midpoint_keeps_its_place() -> None:
    """It sounded, but no word of it was heard."""
    cut = rendered("Hello.")
    cut.is_closed = True

    note = cut.note(line(160), rate_hz=8000)

    assert note is not None
    assert note.utterance == Utterance(
        role="agent", content="", generated="Hello.", words=(), start_ms=1000, end_ms=1000, interrupted=True
    )


def test_keys_are_an_utterance_of_the_party() -> None:
    """From the first tone to the last."""
    assert keys_note(2, "[keys 1 2]", first=8000, last=16_000, rate_hz=8000) == Note(
        index=2,
        utterance=Utterance(
            role="user",
            content="[keys 1 2]",
            generated="[keys 1 2]",
            words=(Word(word="[keys 1 2]", start_ms=1000, end_ms=2000, timing="measured"),),
            start_ms=1000,
            end_ms=2000,
            dtmf=True,
        ),
    )
