"""One ear within the hearing process: both sides of a line in, what was noticed and what is to be decoded out. Pure: no clock.

Time is the positions of what comes. A stretch runs from the first voice since the last `settle` to a pause; it is decoded
200 ms into the pause, or at once while nothing else waits for the recogniser, and again, from its beginning, when the voice goes
on and pauses anew. The beginning of a long stretch is decoded once and kept.
"""

from __future__ import annotations

from dataclasses import dataclass

from ringtrue.conversation.leg import Pcm, Position
from ringtrue.conversation.speech import BeepHeard, EarEvent, Heard, Reading, SpeechPaused, SpeechStarted
from ringtrue.speech.beep import BeepDetector
from ringtrue.speech.echo import EchoEstimate
from ringtrue.speech.placing import place
from ringtrue.speech.recognizer import Recognizer, Written
from ringtrue.speech.timeline import Timeline
from ringtrue.speech.vad import WINDOW_MS, VoiceGate

_DECODE_AFTER_MS = 200  # of pause: a third of the pauses within speech are shorter, and their decodes are made for nothing
_AROUND_MS = 200  # of sound before and behind the voice: a soft beginning or end is outside of it
_LATE_MS = 60  # how long a window waits for packets that are missing
_SILENT_MS = 300  # without any packet while we send: the other side sends none in silence
_KEEP_SECONDS = 12  # a decode that long is kept; later ones begin behind it
_MOST_SECONDS = 24  # of voice without a pause, in one decode: the recogniser takes 30
_HOLD_SECONDS = 45  # of samples


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A stretch to decode; `number` comes back with what was written. `is_early`: only because there was time for it."""

    number: int
    pcm: Pcm
    options: tuple[str, ...]
    is_early: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class _Stretch:
    start: int
    end: int
    runs: tuple[tuple[int, int], ...]
    is_told: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class _Kept:
    start: int
    end: int
    readings: tuple[Reading, ...]


class Listening:
    """See the module. What `heard` and `sent` return is to be told or decoded, in order."""

    def __init__(self, recognizer: Recognizer, *, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._ms = rate_hz // 1000
        self._window = WINDOW_MS * self._ms
        self._heard = Timeline(most=_HOLD_SECONDS * rate_hz)
        self._sent = Timeline(most=2 * rate_hz)
        echo = EchoEstimate(self._sent, rate_hz=rate_hz, window=self._window, knows_copies=recognizer.knows_copies)
        self._gate = VoiceGate(self._heard, echo, recognizer.voice_model(rate_hz), rate_hz=rate_hz)
        self._beep = BeepDetector(rate_hz=rate_hz, window=self._window)
        self.next = 0
        """The first position not yet looked at."""
        self.has_time = False
        """Whether nothing waits for the recogniser."""
        self._has_begun = False
        self._runs: list[tuple[int, int | None]] = []  # of voice, since the last settle
        self._kept: list[_Kept] = []
        self._options: tuple[str, ...] = ()
        self._settled = 0
        self._number = 0
        self._pending: dict[int, _Stretch] = {}
        self._is_decoded = True  # the present pause

    # --- in ---------------------------------------------------------------------------------------------------------

    def heard(self, at: int, pcm: Pcm) -> list[EarEvent | Wanted]:
        """What the party's side brought."""
        self._begin(at)
        self._heard.write(at, pcm)
        return self._advance()

    def sent(self, at: int, pcm: Pcm) -> list[EarEvent | Wanted]:
        """What we sent."""
        self._begin(at)
        self._sent.write(at, pcm)
        return self._advance()

    def expect(self, options: tuple[str, ...]) -> None:
        """See `ringtrue.conversation.speech.Ear`."""
        self._options = options

    def settle(self, at: int) -> list[EarEvent | Wanted]:
        """See `ringtrue.conversation.speech.Ear`. What is being decoded and reaches further is decoded anew, from there."""
        self._settled = max(self._settled, at)
        self._runs = [(max(start, at), end) for start, end in self._runs if end is None or end > at]
        self._kept = [kept for kept in self._kept if kept.start >= at]
        was_told_of = [stretch for stretch in self._pending.values() if stretch.is_told and stretch.start < at < stretch.end]
        self._pending = {n: stretch for n, stretch in self._pending.items() if stretch.start >= at}
        return [self._want(was_told_of[-1].end, is_told=True)] if was_told_of and not self._gate.is_on and self._runs else []

    def is_wanted(self, number: int) -> bool:
        """Whether that stretch still waits to be decoded."""
        return number in self._pending

    def decoded(self, number: int, written: Written) -> Heard | None:
        """What to tell of it; None when the voice went on meanwhile, the stretch was settled, or it is kept for later."""
        stretch = self._pending.pop(number, None)
        if stretch is None:
            return None
        readings = tuple(_placed(one, stretch.runs) for one in (written, *written.others))
        part = _Kept(start=stretch.start, end=stretch.end, readings=readings)
        parts = [*self._kept, part]
        if not stretch.is_told or stretch.end - stretch.start >= _KEEP_SECONDS * self._rate_hz:
            self._keep(part)
        return _told(parts) if stretch.is_told else None

    # --- out --------------------------------------------------------------------------------------------------------

    def _begin(self, at: int) -> None:
        """An ear that is opened late looks at nothing before."""
        if not self._has_begun:
            self._has_begun = True
            self.next = at

    def _advance(self) -> list[EarEvent | Wanted]:
        out: list[EarEvent | Wanted] = []
        while self._is_due(self.next + self._window):
            at = self.next
            self.next += self._window
            ended = self._beep.take(at, self._heard.read(at, self.next))
            if ended is not None:
                out.append(BeepHeard(at=Position(ended)))
            change = self._gate.take(at)
            if change is not None:
                self._note(change)
                out.append(change)
            out += self._decode_when_due()
        return out

    def _is_due(self, end: int) -> bool:
        """Whether the window up to `end` came whole, or what is missing is too late."""
        return (
            self._heard.is_whole(end - self._window, end)
            or self._heard.end >= end + _LATE_MS * self._ms
            or self._sent.end >= end + _SILENT_MS * self._ms
        )

    def _note(self, change: SpeechStarted | SpeechPaused) -> None:
        if isinstance(change, SpeechStarted):
            self._runs.append((max(change.at, self._settled), None))
            self._pending = {n: stretch for n, stretch in self._pending.items() if not stretch.is_told}
            self._is_decoded = False
        elif self._runs:
            start, _ = self._runs.pop()
            if change.at > max(start, self._settled):
                self._runs.append((start, change.at))

    def _decode_when_due(self) -> list[Wanted]:
        if not self._runs:
            return []
        start, end = self._runs[-1]
        if end is None:
            if self.next - self._start() < _MOST_SECONDS * self._rate_hz:
                return []
            self._runs[-1:] = [(start, self.next), (self.next, None)]
            return [self._want(self.next, is_told=False)]
        is_early = self.next - end < _DECODE_AFTER_MS * self._ms
        if self._is_decoded or (is_early and not self.has_time):
            return []
        self._is_decoded = True
        return [self._want(end, is_told=True, is_early=is_early)]

    def _start(self) -> int:
        """Where the next decode begins: behind what is kept or being kept."""
        behind = [kept.end for kept in self._kept] + [stretch.end for stretch in self._pending.values() if not stretch.is_told]
        return max([self._runs[0][0], *behind])

    def _want(self, end: int, *, is_told: bool, is_early: bool = False) -> Wanted:
        start = self._start()
        runs = tuple((max(a, start), min(b or end, end)) for a, b in self._runs if (b or end) > start and a < end)
        self._number += 1
        self._pending[self._number] = _Stretch(start=start, end=end, runs=runs, is_told=is_told)
        around = _AROUND_MS * self._ms
        first = max(start - around, self._settled, *(kept.end for kept in self._kept), 0)
        pcm = self._heard.read(first, min(end + around, self.next))
        return Wanted(number=self._number, pcm=pcm, options=self._options, is_early=is_early)

    def _keep(self, part: _Kept) -> None:
        self._kept.append(part)


def _placed(written: Written, runs: tuple[tuple[int, int], ...]) -> Reading:
    words = place(written.text.split(), runs)
    return Reading(text=written.text, confidence=written.confidence, share=written.share, words=words)


def _told(parts: list[_Kept]) -> Heard:
    """What is long was read in parts; of those only the likeliest readings are joined."""
    readings = parts[0].readings if len(parts) == 1 else (_joined([part.readings[0] for part in parts]),)
    return Heard(start=Position(parts[0].start), end=Position(parts[-1].end), readings=readings)


def _joined(parts: list[Reading]) -> Reading:
    said = [part for part in parts if part.text]
    letters = sum(len(part.text) for part in said)
    return Reading(
        text=" ".join(part.text for part in said),
        confidence=sum(len(part.text) * part.confidence for part in said) / letters if letters else 0.0,
        words=tuple(word for part in said for word in part.words),
    )
