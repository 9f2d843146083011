"""Both sides at once: what the rules of barge-in make of the party's voice and the agent's utterance."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ringtrue.conversation.party import PartyVoice
from ringtrue.conversation.policies.barge_in import CROSSED_MS, GO_ON_MS, OPENING_MS, BargeIn, Meaning, meaning
from ringtrue.conversation.transcript import AgentUtterance
from ringtrue.conversation.turns import GoOn, Hush, Line


@dataclass(kw_only=True, slots=True)
class Overlap:
    """Where an overlap stands. `may_answer`: the party's stretch of voice began when there was a question to answer;
    `cut_for_voice`: the agent was cut for a voice of which no words are known yet; `ms` makes samples of milliseconds."""

    ms: int
    may_answer: bool = True
    cut_for_voice: bool = False
    _barge_in: BargeIn = field(default_factory=BargeIn)

    @property
    def is_hushed(self) -> bool:
        """Whether the agent holds its tongue."""
        return self._barge_in.hushed_at is not None

    def move(
        self, voice: PartyVoice, speaking: AgentUtterance | None, line: Line, *, is_ending: bool, goes_on: bool
    ) -> Hush | GoOn | Literal["cut"] | None:
        """What to do now. `is_ending`: the agent says goodbye; `goes_on`: the party had not done with its answer."""
        if speaking is None or not speaking.says or not any(say.parts for say in speaking.says):
            return None
        has_begun = speaking.has_begun(line)
        if self._is_crossed(voice, speaking, line) and (goes_on or not is_ending):
            self.cut_for_voice = True
            return "cut"
        began = voice.began if voice.began is not None else 0
        may_interrupt = speaking.is_interruptible and not is_ending and self.may_answer and began >= OPENING_MS * self.ms
        move = self._barge_in.move(
            voiced=voice.voiced(int(line.at)),
            quiet=None if voice.is_on else int(line.at) - (voice.paused_at or 0),
            words=self._known(voice, speaking, line),
            is_voice_open=voice.is_open,
            at=int(line.at),
            ms=self.ms,
            may_interrupt=may_interrupt,
            has_begun=has_begun,
        )
        if move == "hush":
            return Hush()
        self.cut_for_voice = self.cut_for_voice or move == "cut"
        return GoOn(back=speaking.take_back(line)) if move == "go_on" else move

    def _is_crossed(self, voice: PartyVoice, speaking: AgentUtterance, line: Line) -> bool:
        """Whether both began at once: the party went on before the first sample, but was known to only after it."""
        began_at = speaking.began_at
        if began_at is None or voice.began is None or not voice.is_on or not speaking.is_interruptible:
            return False
        return speaking.has_begun(line) and voice.began < began_at and voice.voiced(int(line.at)) < CROSSED_MS * self.ms

    def is_open(self, voice: PartyVoice, speaking: AgentUtterance | None, line: Line) -> bool:
        """Whether more is waited for behind words too short for an answer, which were said into the agent's."""
        if speaking is None or not self.may_answer or voice.paused_at is None:
            return False
        is_fresh = int(line.at) - voice.paused_at < GO_ON_MS * self.ms
        return is_fresh and self._known(voice, speaking, line) in ("short", "early")

    def _known(self, voice: PartyVoice, speaking: AgentUtterance | None, line: Line) -> Meaning | None:
        words, at = voice.words, int(line.at)
        if words is None:
            return None
        left = None if speaking is None else speaking.left(line)
        return meaning(
            words.text,
            confidence=words.confidence,
            is_whole=words.is_whole,
            voiced_ms=voice.voiced(at) // self.ms,
            longest_ms=voice.longest(at) // self.ms,
            left_ms=None if left is None else left // self.ms,
        )

    def over(self) -> None:
        """Nothing is kept any more."""
        self._barge_in.hushed_at = None

    def meaning(self, voice: PartyVoice, speaking: AgentUtterance | None, line: Line) -> Meaning | None:
        """What its words mean, None where there are none. Said into nothing, they answer."""
        if speaking is None and not self.cut_for_voice:
            return None if voice.words is None else "answer"
        return self._known(voice, speaking, line)
