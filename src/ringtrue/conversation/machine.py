"""The turn machine: who speaks when.

Theory. The machine is fed with what happened and where the line stood at that moment (positions in samples, never times),
and returns what is to be done. It knows no clock and never waits, so the same log gives the same acts: in a call, in a
test on virtual time, in a replay. The agent's reply to each input is fed back as an input of its own.

The agent's says of one reply form one utterance, spoken say by say; a disclosure stands alone and cannot be interrupted. When
all was sent and an answer is expected, silence is watched. A key interrupts what may be interrupted: the leg's queue is dropped,
the utterance cut at the first sample never sent. The party's voice interrupts by the rules of `policies.barge_in`; its words are
taken at the end of its turn, by those of `policies.end_of_turn`. Keys and words given while the disclosure sounds, or before the
first sample of a question, answer what nobody heard: they are noted, not taken. Who answered is for `policies.opening`. The
agent hangs up `AFTER_LAST_WORD_MS` after its last word was sent, so that the far end hears it out.
"""

from __future__ import annotations

from itertools import count
from typing import assert_never

from ringtrue.conversation import agent, turns
from ringtrue.conversation.given import Given
from ringtrue.conversation.mailbox import Mailbox
from ringtrue.conversation.overlap import Overlap
from ringtrue.conversation.party import PartyVoice
from ringtrue.conversation.policies.keypad import KeyGatherer, written
from ringtrue.conversation.policies.silence import EARLY_ANSWER_MS, SilenceWatch, patience
from ringtrue.conversation.speaking import Speaking
from ringtrue.conversation.transcript import keys_note, words_note
from ringtrue.conversation.turns import Line, TurnAct

AFTER_LAST_WORD_MS = 300  # two jitter buffers of a phone network (RFC 3550 players hold 60-150 ms)


class TurnMachine:
    """The turns of one call. Feed it in order; what it returns must be done in order."""

    def __init__(self, *, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._ms = rate_hz // 1000
        self._indexes = count()
        self._speaking = Speaking(rate_hz=rate_hz, indexes=self._indexes)
        self._voice = PartyVoice()
        self._overlap = Overlap(ms=self._ms)
        self._mailbox = Mailbox(ms=self._ms)
        self._expect: agent.Expect | None = None
        self._answered: agent.Expect | None = None
        self._given = Given()
        self._gatherer = KeyGatherer()
        self._silence = SilenceWatch()
        self._is_held = self._is_asking = self._is_over = False
        self._ending: agent.HangUp | None = None
        self._quiet_since: int | None = None

    @property
    def is_attentive(self) -> bool:
        """Whether something hangs on milliseconds: the line is to be told of more often."""
        return self._voice.is_open or self._overlap.is_hushed

    @property
    def in_voicemail(self) -> bool | None:
        """Whether an answering machine took the call; None where nobody looked or it is not known."""
        return self._mailbox.in_voicemail

    @property
    def is_answered_anew(self) -> bool:
        """Whether what the party says now goes on with its last words, which the agent was given too early."""
        return self._given.is_going_on

    # --- feeding ----------------------------------------------------------------------------------------------------

    def feed(self, line: Line, happened: turns.Happened) -> list[TurnAct]:
        """The acts that follow from what happened at that point of the line."""
        if self._is_over:
            return []
        self._speaking.follow(line)
        acts = self._take(line, happened)
        return acts if self._is_over else acts + self._proceed(line)

    def _take(self, line: Line, happened: turns.Happened) -> list[TurnAct]:
        match happened:
            case turns.Answered():
                return [] if self._mailbox.answered(happened) else self._ask(agent.Began())
            case turns.Replied():
                return self._replied(happened)
            case turns.PartPlayed():
                self._speaking.part_played(happened)
            case turns.KeyPressed():
                return self._key(line, happened)
            case turns.VoiceBegan() | turns.VoicePaused() | turns.WordsHeard():
                self._listen(line, happened)
            case turns.Beeped():
                self._mailbox.beep(int(line.at))
            case turns.HoldBegan():
                self._is_held = True
                self._silence.held()
                self._voice.take()
            case turns.HoldEnded():
                self._is_held = False
                self._gatherer.resumed(int(line.at))
                return [turns.Settle(at=line.at)] if self._mailbox.hears else []
            case turns.LineGone():
                return self._line_gone(line)
            case turns.Tick():
                pass
            case _:
                assert_never(happened)
        return []

    # --- the agent's side -------------------------------------------------------------------------------------------

    def _ask(self, heard: agent.Input) -> list[TurnAct]:
        self._is_asking = True
        if isinstance(heard, agent.Words | agent.Keys | agent.Silence):
            self._answered, self._expect = self._expect, None
            self._overlap.cut_for_voice = False
            self._given.forget()
        return [turns.Ask(heard=heard)]

    def _replied(self, replied: turns.Replied) -> list[TurnAct]:
        self._is_asking = False
        self._speaking.add([act for act in replied.acts if isinstance(act, agent.Say)])
        acts: list[TurnAct] = []
        for act in replied.acts:
            if isinstance(act, agent.Expect):
                self._expect = act
                acts += [turns.ListenFor(options=act.options)] if self._mailbox.hears else []
            elif isinstance(act, agent.HangUp):
                self._ending, self._expect = act, None
        return acts

    # --- the party's keys -------------------------------------------------------------------------------------------

    def _key(self, line: Line, key: turns.KeyPressed) -> list[TurnAct]:
        self._silence.heard()
        self._mailbox.key()
        if self._expect is None or not self._speaking.was_heard(line, int(key.began)):
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
        text = written(keys, sensitive=self._is_secret(late_for))
        return keys_note(next(self._indexes), text, first=first, last=last, rate_hz=self._rate_hz)

    def _is_secret(self, late_for: agent.Expect | None) -> bool:
        return any(expect.sensitive for expect in (self._expect, late_for) if expect is not None)

    # --- the party's voice ------------------------------------------------------------------------------------------

    def _listen(self, line: Line, happened: turns.VoiceBegan | turns.VoicePaused | turns.WordsHeard) -> None:
        if self._is_held:
            return  # what sounds now is the music of whoever holds the line
        if isinstance(happened, turns.VoiceBegan) and not self._voice.is_open:
            self._voice.index = next(self._indexes)
            self._overlap.may_answer = self._expect is not None and self._speaking.was_heard(line, int(happened.began))
            self._given.voice(int(happened.began), self._speaking.current(line), line)
        self._voice.follow(happened)
        if isinstance(happened, turns.WordsHeard) and happened.text:
            self._silence.held()

    def _turn_over(self, line: Line) -> list[TurnAct]:
        """The party's turn when it is over: taken as an answer, or noted only."""
        kind = self._expect.kind if self._expect is not None else None
        speaking = self._speaking.current(line)
        if not self._voice.is_over(int(line.at), kind, ms=self._ms) or self._overlap.is_open(self._voice, speaking, line):
            return []
        settle = turns.Settle(at=line.at)
        meaning, words = self._overlap.meaning(self._voice, speaking, line), self._voice.take()
        if words is None:
            self._resume(line)
            return [settle]
        self._mailbox.words(words.text, int(line.at))
        is_late = self._expect is None or not self._overlap.may_answer
        whole = self._given.whole(words) if is_late else None
        note = self._words_noted(words, late_for=self._answered if is_late else None)
        if whole is not None:
            self._ending, self._expect, self._is_asking, self._overlap.cut_for_voice = None, None, True, False
            self._given.give(whole, self._given.place(self._voice.index), line.at)
            return [*self._cut(line), note, turns.Ask(heard=whole, anew=True)]
        if meaning in ("short", "early") and not is_late:
            self._silence.tried(EARLY_ANSWER_MS * self._ms if meaning == "early" else None)
        if is_late or meaning in ("sign", "short", "early"):
            self._resume(line)
            return [settle, note]
        self._silence.heard()
        given = agent.Words(text=words.text, confidence=0.0 if meaning == "stop" else words.confidence)
        acts = [*self._cut(line), note, *self._ask(given)]
        self._given.give(given, self._voice.index, line.at)
        return acts

    def _words_noted(self, words: turns.WordsHeard, *, late_for: agent.Expect | None) -> TurnAct:
        return words_note(self._given.place(self._voice.index), words, sensitive=self._is_secret(late_for), rate_hz=self._rate_hz)

    def _resume(self, line: Line) -> None:
        """What was cut for a voice that answered nothing is said again from its sentence."""
        if self._overlap.cut_for_voice and (self._expect is not None or self._ending is not None):
            self._speaking.add(self._speaking.rest(line))
        self._overlap.cut_for_voice = False

    def _overlapped(self, line: Line) -> list[TurnAct]:
        """Who has the floor while both sides have something to say."""
        speaking = self._speaking.current(line)
        move = self._overlap.move(self._voice, speaking, line, is_ending=self._ending is not None, goes_on=self.is_answered_anew)
        if move == "cut":
            return self._cut(line)
        return [] if move is None else [move]

    def _cut(self, line: Line) -> list[TurnAct]:
        """Fall silent: what sounds is cut where the leg stopped, what waits is dropped."""
        self._overlap.over()
        if self._speaking.current(line) is None:
            return []
        return [turns.Flush(), *self._speaking.cut(line)]

    def _line_gone(self, line: Line) -> list[TurnAct]:
        gatherer = self._gatherer
        acts = [self._keys_noted(gatherer.pressed, gatherer.first_at, gatherer.last_at)] if gatherer.pressed else []
        words = self._voice.take()
        told = self._tell_disclosure(line, is_final=True)
        acts += self._speaking.close(line)
        if words is not None:
            acts.append(self._words_noted(words, late_for=self._answered))
        self._is_over = True
        return acts + told

    # --- what follows from where the line stands --------------------------------------------------------------------

    def _proceed(self, line: Line) -> list[TurnAct]:
        acts: list[TurnAct] = []
        if self._mailbox.hears:
            acts += self._overlapped(line)
            acts += self._turn_over(line)
            acts += self._opening(line)
        if not self._is_asking:
            acts += self._given.settled(self._speaking.current(line), line, is_open=self._voice.is_open)
        acts += self._speaking.render_ahead(only_disclosure=not self._mailbox.is_person)
        acts += self._tell_disclosure(line, is_final=False)
        return acts + self._speaking.notes(line) + self._when_quiet(line)

    def _opening(self, line: Line) -> list[TurnAct]:
        """What the opening asks for: the first words, the end for a mailbox, or a message to it."""
        is_quiet = self._speaking.is_silent(line, only_disclosure=not self._mailbox.is_person)
        match self._mailbox.next(self._voice, int(line.at), is_quiet=is_quiet):
            case "begin":
                return self._ask(agent.Began())
            case "leave":
                acts = self._cut(line)
                self._expect, self._ending = None, agent.HangUp(outcome=None, reason="voicemail_reached")
                self._speaking.add([self._mailbox.message] if self._mailbox.message is not None else [])
                return acts
            case "hush":
                self._expect = None
                return self._cut(line)
            case "nobody":
                self._ending = agent.HangUp(outcome=None, reason="inactivity")
                return self._cut(line)
        return []

    def _tell_disclosure(self, line: Line, *, is_final: bool) -> list[TurnAct]:
        in_full = self._speaking.disclosure_heard(line, is_final=is_final)
        return [] if in_full is None else [turns.Ask(heard=agent.DisclosureHeard(in_full=in_full))]

    def _when_quiet(self, line: Line) -> list[TurnAct]:
        is_free = self._ending is not None and not self._overlap.cut_for_voice  # a goodbye that was said waits for no reply
        if self._is_asking or self._is_held or (self._voice.is_open and not is_free) or self._speaking.current(line) is not None:
            self._quiet_since = None
            self._silence.disturbed()
            return self._cut_for_silence(line)
        self._quiet_since = int(line.at) if self._quiet_since is None else self._quiet_since
        if self._ending is not None:
            return self._end(line, self._quiet_since)
        if self._gatherer.is_paused(int(line.at), self._rate_hz):
            return self._keys_done(self._gatherer.keys)
        if self._expect is None or self._gatherer.pressed:
            return []
        silences = self._silence.quiet(int(line.at), **patience(self._expect.silence_ms, ms=self._ms))
        return [] if silences is None else self._ask(agent.Silence(count=silences))

    def _cut_for_silence(self, line: Line) -> list[TurnAct]:
        """A prompt that outlasts all patience is cut: nobody is there to hear it."""
        if self._is_held or self._is_asking or self._expect is None:
            return []
        if not self._silence.is_spent(int(line.at), **patience(self._expect.silence_ms, ms=self._ms)):
            return []
        return [*self._cut(line), *self._ask(agent.Silence(count=self._silence.spend()))]

    def _end(self, line: Line, since: int) -> list[TurnAct]:
        if self._ending is None or int(line.at) - since < AFTER_LAST_WORD_MS * self._ms:
            return []
        reason, self._ending = self._ending.reason, None
        return [turns.EndCall(reason=reason)]
