"""One ear: what it notices in order, which stretches it wants decoded, and what of that it tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from ringtrue.conversation.leg import Pcm
from ringtrue.conversation.speech import BeepHeard, EarEvent, Heard, SpeechPaused, SpeechStarted
from ringtrue.speech import spelled
from ringtrue.speech.listening import Listening, Wanted
from ringtrue.speech.recognizer import NOTHING, Written
from ringtrue.speech.spelled import Spelled
from ringtrue.testing import sounds

RATE_HZ = 8000
BLOCK = 160
MS = 8
LETTER = spelled.MS_PER_LETTER * MS


def said(*pieces: str | float) -> Pcm:
    """Texts as tones, and seconds of silence."""
    return np.concatenate([spelled.say(one, RATE_HZ) if isinstance(one, str) else sounds.silence(one) for one in pieces])


class Line:
    """An ear with its line; decodes at once when told to, as a process that is never busy does."""

    def __init__(self, *, decodes: bool = True) -> None:
        self.ear = Listening(Spelled(), rate_hz=RATE_HZ)
        self.at = 0
        self.events: list[EarEvent] = []
        self.wanted: list[Wanted] = []
        self._decodes = decodes

    def hear(self, pcm: Pcm) -> None:
        """The party's side goes on with this."""
        for start in range(0, len(pcm), BLOCK):
            block = pcm[start : start + BLOCK]
            self.take(self.ear.heard(self.at, block))
            self.at += len(block)

    def take(self, noticed: Sequence[EarEvent | Wanted]) -> None:
        """Note what came out."""
        for thing in noticed:
            if not isinstance(thing, Wanted):
                self.events.append(thing)
                continue
            self.wanted.append(thing)
            if self._decodes:
                self.decode(thing)

    def decode(self, wanted: Wanted, text: str | None = None) -> Heard | None:
        """The recogniser is done with it."""
        written = Spelled().decode(wanted.pcm, rate_hz=RATE_HZ, language="en", options=wanted.options)
        heard = self.ear.decoded(wanted.number, written if text is None else Written(text=text, confidence=0.5))
        self.events += [] if heard is None else [heard]
        return heard

    def texts(self) -> list[str]:
        """What was told."""
        return [event.text for event in self.events if isinstance(event, Heard)]

    def kinds(self) -> list[str]:
        """The events by name."""
        return [type(event).__name__ for event in self.events]


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
    assert (heard.start, heard.end, heard.text, heard.confidence) == (started.at, paused.at, "yes", 1.0)


def test_words_lie_within_the_voice() -> None:
    """Each where it sounded, about."""
    line = Line()

    line.hear(said(0.5, "half past ten", 1.0))

    heard = line.events[-1]
    assert isinstance(heard, Heard)
    assert [word.text for word in heard.words] == ["half", "past", "ten"]
    assert heard.words[0].start == heard.start
    assert heard.words[-1].end == heard.end
    assert abs(heard.words[1].start - (4000 + 5 * LETTER)) <= 2 * LETTER


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
    assert (heard.text, heard.confidence, heard.words) == ("", 0.0, ())


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
    assert heard.confidence == pytest.approx((9 * 0.9 + 3 * 0.5) / 12)


def test_a_decode_has_a_little_sound_around_the_voice() -> None:
    """200 ms: a soft beginning and end are outside of what was known as voice."""
    line = Line()

    line.hear(said(1.0, "yes", 1.0))

    (wanted,) = line.wanted
    loud = np.flatnonzero(wanted.pcm)
    assert 150 * MS <= loud[0] <= 250 * MS
    assert 150 * MS <= len(wanted.pcm) - loud[-1] <= 300 * MS


def _blocks(pcm: Pcm) -> Iterator[tuple[int, Pcm]]:
    return ((at, pcm[at : at + BLOCK]) for at in range(0, len(pcm), BLOCK))


def test_packets_out_of_order_twice_or_a_little_late_make_no_difference() -> None:
    """Each has its place."""
    orderly, line = Line(), Line()
    pcm = said(0.5, "half past ten", 0.5)
    orderly.hear(pcm)
    blocks = list(_blocks(pcm))
    for index in range(2, len(blocks) - 1, 2):
        blocks[index], blocks[index + 1] = blocks[index + 1], blocks[index]

    for at, block in [block for block in blocks for _ in range(2)]:
        line.take(line.ear.heard(at, block))

    assert line.events == orderly.events


def test_a_packet_that_never_came_is_silence() -> None:
    """The ear waits for it for 60 ms and goes on."""
    line = Line()
    blocks = [(at, block) for at, block in _blocks(said(0.5, "yes no", 0.5)) if at // BLOCK not in (40, 41)]

    for at, block in blocks:
        line.take(line.ear.heard(at, block))

    assert line.kinds()[-1] == "Heard"


def test_a_party_that_sends_nothing_in_silence_is_heard_out() -> None:
    """Its last word is told although no packet follows, by the time of what we send."""
    line = Line()
    pcm = said(0.5, "yes")
    line.hear(pcm)
    at = len(pcm)

    for _ in range(50):
        line.take(line.ear.sent(at, np.zeros(BLOCK, dtype=np.int16)))
        at += BLOCK

    assert line.texts() == ["yes"]


def test_an_ear_opened_late_looks_at_nothing_before() -> None:
    """The first block it gets is the first it looks at."""
    line = Line()
    line.at = 3600 * RATE_HZ

    line.hear(said(0.5, "yes", 0.5))

    assert line.texts() == ["yes"]
    assert line.ear.next > 3600 * RATE_HZ


def test_our_echo_is_no_voice_and_the_party_over_it_is() -> None:
    """20 dB down, 80 ms late, through G.711."""
    line = Line()
    ours = said(0.5, "hello this is the clinic will you come on monday", 0.5)
    echo = np.pad(ours, (80 * MS, 0))[: len(ours)] // 10
    reply = said(3.0, "yes")
    heard = sounds.telephone(sounds.together(echo, reply)[: len(ours)])

    for (at, sent), (_, back) in zip(_blocks(ours), _blocks(heard), strict=True):
        line.take(line.ear.sent(at, sent))
        line.take(line.ear.heard(at, back))

    started = [event.at for event in line.events if isinstance(event, SpeechStarted)]
    assert len(started) == 1
    assert abs(started[0] - 3 * RATE_HZ) <= 64 * MS


def test_a_beep_is_told_and_not_decoded_as_words_alone() -> None:
    """One event with its place, among those of the sound."""
    line = Line()

    line.hear(np.concatenate([sounds.silence(1), sounds.tone((1000,), 0.5, level=3000), sounds.silence(1)]))

    (beep,) = [event for event in line.events if isinstance(event, BeepHeard)]
    assert abs(beep.at - 12_000) <= 20 * MS
