"""One ear: what it notices in order, which stretches it wants decoded, and what of that it tells."""

from __future__ import annotations

import numpy as np
import pytest

from ringtrue.conversation.speech import Heard, SpeechPaused, SpeechStarted
from ringtrue.speech import spelled
from ringtrue.speech.recognizer import NOTHING, Written
from ringtrue.testing import sounds

from .line import RATE_HZ, Line, said

MS = 8
LETTER = spelled.MS_PER_LETTER * MS


def test_a_voice_is_told_when_it_begins_pauses_and_what_it_said() -> None:
    """In that order, with the places of the voice."""
    line = Line()

    line.hear(said(0.5, "yes", 1.0))

    started, paused, heard = line.events
    assert isinstance(started, SpeechStarted)
    assert isinstance(paused, SpeechPaused)
    assert isinstance(heard, Heard)
    assert abs(started.at - 4000) <= 32 * MS
    assert abs(paused.at - (4000 + 3 * LETTER)) <= 32 * MS
    assert (heard.start, heard.end, heard.text, heard.readings[0].confidence) == (started.at, paused.at, "yes", 1.0)


def test_words_lie_within_the_voice() -> None:
    """Each where it sounded, about."""
    line = Line()

    line.hear(said(0.5, "half past ten", 1.0))

    heard = line.events[-1]
    assert isinstance(heard, Heard)
    assert [word.text for word in heard.readings[0].words] == ["half", "past", "ten"]
    assert heard.readings[0].words[0].start == heard.start
    assert heard.readings[0].words[-1].end == heard.end
    assert abs(heard.readings[0].words[1].start - (4000 + 5 * LETTER)) <= 2 * LETTER


def test_the_decode_is_wanted_two_hundred_ms_into_the_pause() -> None:
    """Not before: most pauses within words are shorter; not much later either."""
    line = Line(decodes=False)
    line.hear(said(0.5, "yes"))
    line.hear(sounds.silence(0.18))

    assert line.wanted == []
    line.hear(sounds.silence(0.14))
    assert len(line.wanted) == 1


def test_when_the_voice_goes_on_the_stretch_is_decoded_anew() -> None:
    """The second text covers the first."""
    line = Line()

    line.hear(said(0.5, "yes", 0.4, "but no", 1.0))

    assert line.texts() == ["yes", "yes but no"]
    first, second = (event for event in line.events if isinstance(event, Heard))
    assert first.start == second.start
    assert second.end > first.end


def test_what_was_being_decoded_when_the_voice_went_on_is_not_told() -> None:
    """It is no longer even wanted."""
    line = Line(decodes=False)
    line.hear(said(0.5, "yes", 0.4, "but no"))
    (first,) = line.wanted

    assert not line.ear.is_wanted(first.number)
    assert line.decode(first) is None


def test_a_settled_stretch_is_cut_off() -> None:
    """What follows is told by itself."""
    line = Line()
    line.hear(said(0.5, "yes", 0.5))

    line.take(line.ear.settle(line.at))
    line.hear(said("monday", 0.5))

    assert line.texts() == ["yes", "monday"]


def test_a_stretch_settled_while_it_was_decoded_is_not_told() -> None:
    """It was taken without its words."""
    line = Line(decodes=False)
    line.hear(said(0.5, "yes", 0.5))

    again = line.ear.settle(line.at)

    assert again == []
    assert line.decode(line.wanted[0]) is None


def test_a_voice_that_lasts_when_settled_counts_from_there() -> None:
    """Nothing before is told again."""
    line = Line()
    line.hear(said(0.5, "monday"))

    line.take(line.ear.settle(line.at))
    line.hear(said("tuesday", 0.5))

    heard = line.events[-1]
    assert isinstance(heard, Heard)
    assert heard.text == "tuesday"
    assert heard.start == 4000 + 6 * LETTER


def test_settling_the_past_decodes_anew_what_reaches_further() -> None:
    """The rest is wanted from there, the whole is not told."""
    line = Line(decodes=False)
    line.hear(said(0.5, "yes no", 0.4))
    (whole,) = line.wanted

    line.take(line.ear.settle(4000 + 4 * LETTER))

    assert line.decode(whole) is None
    heard = line.decode(line.wanted[-1])
    assert heard is not None
    assert heard.text == "no"


def test_settling_what_lies_before_a_stretch_leaves_it_alone() -> None:
    """It is decoded once and told once."""
    line = Line(decodes=False)
    line.hear(said(0.5, "yes", 0.5))

    line.take(line.ear.settle(2000))

    assert len(line.wanted) == 1
    assert line.decode(line.wanted[0]) is not None


def test_the_options_of_the_moment_go_with_a_stretch() -> None:
    """Those that were expected when it is wanted."""
    line = Line()
    line.ear.expect(("Dr. Patel", "Dr. Lee"))
    line.hear(said(0.5, "lee", 0.5))
    line.take(line.ear.settle(line.at))

    line.ear.expect(())
    line.hear(said("yes", 0.5))

    assert [wanted.options for wanted in line.wanted] == [("Dr. Patel", "Dr. Lee"), ()]


def test_a_stretch_without_words_is_told_as_such() -> None:
    """Whoever waits for words must learn that there are none."""
    line = Line(decodes=False)
    line.hear(said(0.5, "yes", 0.5))

    heard = line.ear.decoded(line.wanted[0].number, NOTHING)

    assert heard is not None
    assert (heard.text, heard.readings[0].confidence, heard.readings[0].words) == ("", 0.0, ())


def _long(seconds: int) -> str:
    return "word " * (seconds * 1000 // (5 * spelled.MS_PER_LETTER))


def test_a_long_decode_is_kept_and_not_done_again() -> None:
    """After 12 s and a pause the next decode begins behind it; what is told covers both."""
    line = Line()

    line.hear(said(0.5, _long(14).strip(), 0.5, "end", 0.5))

    assert line.texts()[-1] == line.texts()[0] + " end"
    assert len(line.wanted[-1].pcm) < 3 * RATE_HZ


def test_a_voice_without_a_pause_is_decoded_in_pieces() -> None:
    """No decode is longer than a recogniser takes, and nothing is told before the pause."""
    line = Line()

    line.hear(said(0.5, _long(50), 0.5))

    assert len(line.texts()) == 1
    assert len(line.wanted) == 3
    assert max(len(wanted.pcm) for wanted in line.wanted) <= 25 * RATE_HZ
    words = line.texts()[0].split()
    whole = len(_long(50).split())
    assert whole - 4 <= words.count("word") <= whole


def test_confidence_is_that_of_the_pieces_by_their_length() -> None:
    """A kept piece and what followed."""
    line = Line(decodes=False)
    line.hear(said(0.5, _long(14).strip(), 0.5))
    line.ear.decoded(line.wanted[0].number, Written(text="abcdefghi", confidence=0.9))
    line.hear(said("end", 0.5))

    heard = line.ear.decoded(line.wanted[1].number, Written(text="abc", confidence=0.5))

    assert heard is not None
    assert heard.text == "abcdefghi abc"
    assert heard.readings[0].confidence == pytest.approx((9 * 0.9 + 3 * 0.5) / 12)


def test_a_decode_has_a_little_sound_around_the_voice() -> None:
    """200 ms: a soft beginning and end are outside of what was known as voice."""
    line = Line()

    line.hear(said(1.0, "yes", 1.0))

    (wanted,) = line.wanted
    loud = np.flatnonzero(wanted.pcm)
    assert 150 * MS <= loud[0] <= 250 * MS
    assert 150 * MS <= len(wanted.pcm) - loud[-1] <= 300 * MS


@pytest.mark.parametrize("has_time", [True, False])
def test_a_recogniser_that_has_time_begins_with_the_pause(has_time: bool) -> None:
    """And anew, from the beginning, when the voice went on; one that is busy waits to see whether it does."""
    line = Line(decodes=False)
    line.ear.has_time = has_time

    line.hear(said(0.5, "yes", 0.14))
    at_once = list(line.wanted)
    line.hear(said("no", 0.5))

    assert [one.is_early for one in at_once] == [True] * has_time
    assert [line.decode(one) for one in at_once] == [None] * has_time
    (whole,) = line.wanted[len(at_once) :]
    assert whole.is_early == has_time
    line.decode(whole)
    assert line.texts() == ["yes no"]
