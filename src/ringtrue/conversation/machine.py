"""The turn machine: who speaks when.

Theory. The machine is fed with what happened and where the line stood at that moment (positions in samples, never times),
and returns what is to be done. It knows no clock and never waits, so the same log gives the same acts: in a call, in a
test on virtual time, in a replay. The agent's reply to each input is fed back as an input of its own.

The agent's says of one reply form one utterance, spoken say by say; a disclosure stands alone and cannot be interrupted.
Speech is rendered ahead by one say, so that the voice never waits for itself. When everything was sent and an answer is
expected, silence is watched. A key interrupts what may be interrupted: the leg's queue is dropped and the utterance is cut
at the first sample never sent. Keys pressed while the disclosure sounds, or before the first sample of a question, answer
a question nobody heard: they are noted, not taken.

The agent hangs up only after its last word was sent and `AFTER_LAST_WORD_MS` passed, so that the far end hears it out.
"""

from __future__ import annotations

from typing import assert_never

from ringtrue.conversation import agent
from ringtrue.conversation.policies.keypad import KeyGatherer, written
from ringtrue.conversation.policies.silence import SilenceWatch
from ringtrue.conversation.transcript import AgentUtterance, keys_note
from ringtrue.conversation.turns import (
    Answered,
    Ask,
    Beeped,
    EndCall,
    Flush,
    Happened,
    HoldBegan,
    HoldEnded,
    KeyPressed,
    Line,
    LineGone,
    PartPlayed,
    Render,
    Replied,
    Tick,
    TurnAct,
    VoiceBegan,
    VoicePaused,
    WordsHeard,
)

AFTER_LAST_WORD_MS = 300  # two jitter buffers of a phone network (RFC 3550 players hold 60-150 ms)
_HANG_UP_MS = 500  # from the decision to end for silence to BYE: the wait after the last word and two ticks of the line


class TurnMachine:
    """The turns of one call. Feed it in order; what it returns must be done in order."""

    def __init__(self, *, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._utterances: list[AgentUtterance] = []
        self._says: list[tuple[AgentUtterance, int]] = []  # every say, by its number: whose it is and where in it
        self._rendering: int | None = None
        self._next_render = 0
        self._next_index = 0
        self._expect: agent.Expect | None = None
        self._answered: agent.Expect | None = None
        self._gatherer = KeyGatherer()
        self._silence = SilenceWatch()
        self._is_held = False
        self._is_asking = False
        self._ending: agent.HangUp | None = None
        self._quiet_since: int | None = None
        self._is_over = False
        self._disclosure_told = False

    # --- feeding ----------------------------------------------------------------------------------------------------

    def feed(self, line: Line, happened: Happened) -> list[TurnAct]:
        """The acts that follow from what happened at that point of the line."""
        if self._is_over:
            return []
        for utterance in self._utterances:
            if not utterance.is_closed:
                utterance.follow(line)
                self._number(utterance, line)
        acts = self._take(line, happened)
        if not self._is_over:
            acts += self._proceed(line)
        return acts

    def _take(self, line: Line, happened: Happened) -> list[TurnAct]:
        match happened:
            case Answered():
                return self._ask(agent.Began())
            case Replied():
                return self._replied(happened)
            case PartPlayed():
                self._part_played(happened)
            case KeyPressed():
                return self._key(line, happened)
            case HoldBegan():
                self._is_held = True
                self._silence.held()
            case HoldEnded():
                self._is_held = False
                self._gatherer.resumed(int(line.at))
            case LineGone():
                return self._line_gone(line)
            case Tick() | VoiceBegan() | VoicePaused() | WordsHeard() | Beeped():
                pass
            case _:
                assert_never(happened)
        return []

    # --- the agent's side -------------------------------------------------------------------------------------------

    def _ask(self, heard: agent.Input) -> list[TurnAct]:
        self._is_asking = True
        if isinstance(heard, agent.Words | agent.Keys | agent.Silence):
            self._answered, self._expect = self._expect, None
        return [Ask(heard=heard)]

    def _replied(self, replied: Replied) -> list[TurnAct]:
        self._is_asking = False
        joined: AgentUtterance | None = None
        for act in replied.acts:
            if isinstance(act, agent.Say):
                if joined is None or act.disclosure:
                    joined = AgentUtterance()
                    self._utterances.append(joined)
                self._says.append((joined, len(joined.says)))
                joined.add(act)
                joined = None if act.disclosure else joined
            elif isinstance(act, agent.Expect):
                self._expect = act
            elif isinstance(act, agent.HangUp):
                self._ending = act
                self._expect = None
        return []

    def _part_played(self, part: PartPlayed) -> None:
        utterance, place = self._says[part.say]
        utterance.says[place].add(
            queue_offset=part.queue_offset, samples=part.samples, start=part.start, words=part.words, is_last=part.is_last
        )
        if part.is_last:
            self._rendering = None

    # --- the party's side -------------------------------------------------------------------------------------------

    def _key(self, line: Line, key: KeyPressed) -> list[TurnAct]:
        self._silence.heard()
        speaking = self._speaking(line)
        is_heard = speaking is None or (speaking.is_interruptible and speaking.has_begun(line))
        if self._expect is None or not is_heard:
            return [self._keys_noted([key.digit], int(key.began), int(key.began), late_for=self._answered)]
        acts = self._cut(line)
        whole = self._gatherer.press(key.digit, int(key.began), self._expect)
        return acts if whole is None else [*acts, *self._keys_done(whole)]

    def _keys_done(self, whole: str) -> list[TurnAct]:
        gatherer = self._gatherer
        note = self._keys_noted(gatherer.pressed, gatherer.first_at, gatherer.last_at)
        gatherer.clear()
        return [note, *self._ask(agent.Keys(digits=whole))]

    def _keys_noted(self, keys: list[str], first: int, last: int, *, late_for: agent.Expect | None = None) -> TurnAct:
        """Keys in the transcript, masked where they answer a sensitive question or one too many was pressed for it."""
        index = self._next_index
        self._next_index += 1
        is_secret = any(expect.sensitive for expect in (self._expect, late_for) if expect is not None)
        return keys_note(index, written(keys, sensitive=is_secret), first=first, last=last, rate_hz=self._rate_hz)

    def _cut(self, line: Line) -> list[TurnAct]:
        """Fall silent: what sounds is cut where the leg stopped, what waits is dropped."""
        open_ones = [utterance for utterance in self._utterances if not utterance.is_closed]
        if not open_ones:
            return []
        acts: list[TurnAct] = [Flush()]
        acts += self._close(open_ones, line)
        self._next_render = len(self._says)
        self._rendering = None
        return acts

    def _close(self, utterances: list[AgentUtterance], line: Line) -> list[TurnAct]:
        notes: list[TurnAct] = []
        for utterance in utterances:
            utterance.is_closed = True
            note = utterance.note(line, rate_hz=self._rate_hz)
            notes += [note] if note else []
        return notes

    def _line_gone(self, line: Line) -> list[TurnAct]:
        acts: list[TurnAct] = []
        if self._gatherer.pressed:
            acts.append(self._keys_noted(self._gatherer.pressed, self._gatherer.first_at, self._gatherer.last_at))
        told = self._tell_disclosure(line, is_final=True)
        acts += self._close([one for one in self._utterances if not one.is_closed], line)
        self._is_over = True
        return acts + told

    # --- what follows from where the line stands --------------------------------------------------------------------

    def _proceed(self, line: Line) -> list[TurnAct]:
        acts = self._render_ahead(line)
        acts += self._tell_disclosure(line, is_final=False)
        for utterance in self._utterances:
            if utterance.is_closed:
                continue
            utterance.is_closed = utterance.is_sent(line)
            note = utterance.note(line, rate_hz=self._rate_hz)
            acts += [note] if note else []
        return acts + self._when_quiet(line)

    def _number(self, utterance: AgentUtterance, line: Line) -> None:
        """Its place in the transcript is given when it begins to sound."""
        if utterance.index is None and utterance.has_begun(line):
            utterance.index = self._next_index
            self._next_index += 1

    def _render_ahead(self, line: Line) -> list[TurnAct]:
        if self._rendering is not None or self._next_render >= len(self._says):
            return []
        self._rendering = self._next_render
        self._next_render += 1
        utterance, place = self._says[self._rendering]
        return [Render(say=self._rendering, text=utterance.says[place].say)]

    def _tell_disclosure(self, line: Line, *, is_final: bool) -> list[TurnAct]:
        if self._disclosure_told:
            return []
        disclosure = next((one for one in self._utterances if one.says and one.says[0].say.disclosure), None)
        if disclosure is None or not (is_final or disclosure.is_sent(line)):
            return []
        self._disclosure_told = True
        return [Ask(heard=agent.DisclosureHeard(in_full=disclosure.is_sent(line)))]

    def _speaking(self, line: Line) -> AgentUtterance | None:
        return next((one for one in self._utterances if not one.is_closed and not one.is_sent(line)), None)

    def _when_quiet(self, line: Line) -> list[TurnAct]:
        is_busy = self._is_asking or self._is_held or self._speaking(line) is not None
        if is_busy:
            self._quiet_since = None
            self._silence.disturbed()
            return self._cut_for_silence(line)
        if self._quiet_since is None:
            self._quiet_since = int(line.at)
        if self._ending is not None:
            return self._end(line)
        if self._gatherer.is_paused(int(line.at), self._rate_hz):
            return self._keys_done(self._gatherer.keys)
        if self._expect is None or self._gatherer.pressed:
            return []
        limit, reserve = self._samples(self._expect.silence_ms), self._samples(_HANG_UP_MS)
        count = self._silence.quiet(int(line.at), limit=limit, reserve=reserve)
        return [] if count is None else self._ask(agent.Silence(count=count))

    def _cut_for_silence(self, line: Line) -> list[TurnAct]:
        """A prompt that outlasts all patience is cut: nobody is there to hear it."""
        if self._is_held or self._is_asking or self._expect is None:
            return []
        limit, reserve = self._samples(self._expect.silence_ms), self._samples(_HANG_UP_MS)
        if not self._silence.is_spent(int(line.at), limit=limit, reserve=reserve):
            return []
        return [*self._cut(line), *self._ask(agent.Silence(count=self._silence.spend()))]

    def _end(self, line: Line) -> list[TurnAct]:
        assert self._ending is not None
        assert self._quiet_since is not None
        if int(line.at) - self._quiet_since < self._samples(AFTER_LAST_WORD_MS):
            return []
        reason = self._ending.reason
        self._ending = None
        return [EndCall(reason=reason)]

    def _samples(self, ms: int) -> int:
        return ms * self._rate_hz // 1000
