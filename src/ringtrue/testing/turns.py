"""A conversation by the turn machine alone, block by block: no loop, no leg, no clock. What a test does to the line is a
method; everything that was fed is kept, so that it can be replayed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from ringtrue.audio.block import BLOCK_SAMPLES, TELEPHONE_RATE_HZ
from ringtrue.conversation import agent, turns
from ringtrue.conversation.leg import Position
from ringtrue.conversation.machine import TurnMachine
from ringtrue.conversation.speech import HeardWord
from ringtrue.domain.utterance import Utterance, as_text
from ringtrue.testing.voice import spoken_words

_TICK_BLOCKS = 5
_LATENCY_BLOCKS = 3
_WORDS_PER_PART = 4
_NOTICED_MS = 100  # after which an ear tells of a voice and of its pause
_DECODED_MS = 400  # after the pause: the 200 ms in which it may go on, and the recogniser's work
Fed = tuple[turns.Line, turns.Happened]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Decode:
    """The words of a stretch up to its pause, when they will be known."""

    ended: int
    confidence: float


class BlockTalk:
    """One conversation from its answer; `voice_is_lost` makes every rendering hang for ever.

    With `answered` that hears, the party may speak: `says` is what it says, by an ear that is as late as a real one.
    """

    def __init__(self, agent_: agent.Agent, *, rate_hz: int = TELEPHONE_RATE_HZ, answered: turns.Answered | None = None) -> None:
        self.agent = agent_
        self.state: agent.State | None = None
        self._before: agent.State | None = None
        self.machine = TurnMachine(rate_hz=rate_hz)
        self.rate_hz = rate_hz
        self.at = 0
        self.log: list[Fed] = []
        self.acts: list[turns.TurnAct] = []
        self.heard: list[agent.Input] = []
        self.notes: list[tuple[int, turns.Note]] = []
        self.ended: turns.EndCall | None = None
        self.voice_is_lost = False
        self._is_held = False
        self._queue = 0
        self._played = 0
        self._rendering: deque[turns.PartPlayed] = deque()
        self._part_due = 0
        self._is_hushed = False
        self._due: list[tuple[int, turns.Happened | _Decode]] = []  # what the ear will tell, and when
        self._stretch: list[tuple[int, int, str]] = []  # what was said since the last settling: from, to, text
        self._feed(answered or turns.Answered())

    # --- what the party and time do ---------------------------------------------------------------------------------

    def pass_ms(self, ms: int) -> None:
        """Let the line run."""
        for _ in range(ms // 20):
            self._block()

    def until(self, is_so: Callable[[], bool], *, most_ms: int = 120_000) -> None:
        """Let the line run until it is so."""
        for _ in range(most_ms // 20):
            if is_so():
                return
            self._block()
        raise AssertionError(f"it did not come about in {most_ms} ms; transcript:\n{self.text}")

    def until_asked(self) -> None:
        """Let the line run until the agent has said everything and waits for an answer."""
        self.until(lambda: self._queue == 0 and not self._rendering and self.at >= self._part_due)
        self.pass_ms(200)

    def until_over(self) -> None:
        """Let the line run until the agent hangs up."""
        self.until(lambda: self.ended is not None)

    def press(self, keys: str) -> None:
        """The party presses keys, 100 ms apart."""
        for key in keys:
            self._feed(turns.KeyPressed(digit=key, began=Position(self.at)))
            self.pass_ms(100)

    def says(
        self, text: str, *, ms: int | None = None, confidence: float = 1.0, then_ms: int = 0, known_after_ms: int = _DECODED_MS
    ) -> None:
        """The party says this now, for that long (60 ms a character unless told); "" is a voice without words. Its words are
        known so long after."""
        lasts = (ms if ms is not None else max(300, len(text) * 60)) * self.rate_hz // 1000
        began, ended = self.at, self.at + lasts
        self._stretch.append((began, ended, text))
        self._tell(began + self._samples(_NOTICED_MS), turns.VoiceBegan(began=Position(began)))
        self._tell(ended + self._samples(_NOTICED_MS), turns.VoicePaused(ended=Position(ended)))
        self._tell(ended + self._samples(known_after_ms), _Decode(ended=ended, confidence=confidence))
        self.pass_ms(lasts * 1000 // self.rate_hz + then_ms)

    def beeps(self) -> None:
        """A tone, as answering machines give, ends now."""
        self._feed(turns.Beeped(ended=Position(self.at)))

    def hold(self) -> None:
        """The party holds the line."""
        self._is_held = True
        self._feed(turns.HoldBegan())

    def resume(self) -> None:
        """The party is back."""
        self._is_held = False
        self._feed(turns.HoldEnded())

    def leave(self) -> None:
        """The line is gone."""
        self._feed(turns.LineGone())

    def feed(self, happened: turns.Happened) -> list[turns.TurnAct]:
        """Feed anything at this point of the line; its direct acts."""
        return self._feed(happened)

    # --- what came of it --------------------------------------------------------------------------------------------

    @property
    def transcript(self) -> tuple[Utterance, ...]:
        """The transcript as it now reads."""
        latest = {note.index: note.utterance for _, note in self.notes}
        return tuple(latest[index] for index in sorted(latest))

    @property
    def text(self) -> str:
        """The transcript as plain text."""
        return as_text(self.transcript)

    @property
    def consumed(self) -> int:
        """Samples that left the queue."""
        return self._played - self._queue

    @property
    def is_speaking(self) -> bool:
        """Whether the agent's voice is on the line."""
        return self._queue > 0

    @property
    def outcome(self) -> agent.Outcome | None:
        """What could be claimed now."""
        return self.agent.outcome(self.state)

    @property
    def is_awaited(self) -> bool:
        """Whether something of the party or of the agent's voice is still on its way."""
        return bool(self._due or self._rendering)

    @property
    def says_now(self) -> bool:
        """Whether the agent's voice leaves the line now: what is kept does not."""
        return self._queue > 0 and not self._is_hushed

    # --- the ear ----------------------------------------------------------------------------------------------------

    def _samples(self, ms: int) -> int:
        return ms * self.rate_hz // 1000

    def _tell(self, at: int, happened: turns.Happened | _Decode) -> None:
        self._due.append((at, happened))
        self._due.sort(key=lambda one: one[0])

    def _words(self, decode: _Decode) -> turns.WordsHeard | None:
        """What is known of the stretch by then; None where it was settled, or goes on."""
        said = [one for one in self._stretch if one[1] <= decode.ended]
        if not said or any(began < self.at and ended > decode.ended for began, ended, _ in self._stretch):
            return None
        text = " ".join(one[2] for one in said if one[2])
        words = tuple(word for one in said for word in _heard(*one))
        state = self._before if self.machine.is_answered_anew else self.state
        return turns.WordsHeard(
            start=Position(said[0][0]),
            end=Position(decode.ended),
            text=text,
            confidence=decode.confidence,
            words=words,
            is_whole=bool(text) and self.agent.is_whole(state, text),
        )

    def _hear_due(self) -> None:
        while self._due and self._due[0][0] <= self.at:
            _, happened = self._due.pop(0)
            told = self._words(happened) if isinstance(happened, _Decode) else happened
            if told is not None:
                self._feed(told)

    # --- the line ---------------------------------------------------------------------------------------------------

    def _block(self) -> None:
        if not self._is_held and not self._is_hushed:
            self._queue -= min(self._queue, BLOCK_SAMPLES)
        self.at += BLOCK_SAMPLES
        self._hear_due()
        if self._rendering and self.at >= self._part_due and not self.voice_is_lost:
            self._play(self._rendering.popleft())
        elif self.machine.is_attentive or self.at // BLOCK_SAMPLES % _TICK_BLOCKS == 0:
            self._feed(turns.Tick())

    def _play(self, part: turns.PartPlayed) -> None:
        placed = replace(part, queue_offset=self._played, start=Position(self.at + self._queue))
        self._played += part.samples
        self._queue += part.samples
        self._part_due = self.at + _LATENCY_BLOCKS * BLOCK_SAMPLES
        self._feed(placed)

    def _line(self) -> turns.Line:
        return turns.Line(at=Position(self.at), consumed=self.consumed)

    def _feed(self, happened: turns.Happened) -> list[turns.TurnAct]:
        acts = self._feed_one(happened)
        todo = deque(acts)
        while todo:
            act = todo.popleft()
            if isinstance(act, turns.Ask):
                self.heard.append(act.heard)
                if act.anew:
                    self.state = self._before
                elif isinstance(act.heard, agent.Words):
                    self._before = self.state
                reply = self.agent.reply(self.state, act.heard)
                self.state = next(one.state for one in reply if isinstance(one, agent.Settled))
                todo.extend(self._feed_one(turns.Replied(acts=reply)))
            else:
                self._do(act)
        return acts

    def _feed_one(self, happened: turns.Happened) -> list[turns.TurnAct]:
        line = self._line()
        self.log.append((line, happened))
        acts = self.machine.feed(line, happened)
        self.acts += acts
        return acts

    def _do(self, act: turns.TurnAct) -> None:
        match act:
            case turns.Render():
                self._rendering = deque(_parts(act, self.rate_hz))
                self._part_due = self.at + _LATENCY_BLOCKS * BLOCK_SAMPLES
            case turns.Hush():
                self._is_hushed = True
            case turns.GoOn(back=back):
                self._is_hushed = False
                self._queue += back
            case turns.Settle(at=at):
                self._stretch = [one for one in self._stretch if one[1] > at]
            case turns.Flush():
                self._is_hushed = False
                self._played = self.consumed
                self._queue = 0
                self._rendering.clear()
            case turns.Note():
                self.notes.append((self.at, act))
            case turns.EndCall():
                self.ended = act


def replayed(log: Iterable[Fed], *, rate_hz: int = TELEPHONE_RATE_HZ) -> list[turns.TurnAct]:
    """The acts of a fresh machine on the same log."""
    machine = TurnMachine(rate_hz=rate_hz)
    return [act for line, happened in log for act in machine.feed(line, happened)]


def _heard(began: int, ended: int, text: str) -> list[HeardWord]:
    """The words of one stretch, each as long as the others."""
    words = text.split()
    at = [Position(began + (ended - began) * number // max(1, len(words))) for number in range(len(words) + 1)]
    return [HeardWord(text=word, start=start, end=end) for word, start, end in zip(words, at, at[1:], strict=False)]


def _parts(act: turns.Render, rate_hz: int) -> list[turns.PartPlayed]:
    words = spoken_words(act.text.spoken, rate_hz)
    starts = range(0, len(words), _WORDS_PER_PART)
    return [
        turns.PartPlayed(
            say=act.say,
            queue_offset=0,
            samples=words[first : first + _WORDS_PER_PART][-1].end - words[first].start,
            start=Position(0),
            words=words[first : first + _WORDS_PER_PART],
            is_last=first == starts[-1],
        )
        for first in starts
    ]
