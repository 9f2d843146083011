"""The opening of a call and what may turn out to have answered it: a person, a machine, nobody."""

from __future__ import annotations

from typing import Literal

from ringtrue.conversation.agent import Say
from ringtrue.conversation.party import PartyVoice
from ringtrue.conversation.policies.opening import PERSON_PAUSE_MS, Opening
from ringtrue.conversation.turns import Answered

NOBODY_MS = 16_000  # of silence after the disclosure: whoever answered is not going to say anything

Step = Literal["begin", "leave", "hush", "nobody"]


class Mailbox:
    """Steps through the opening. Where the party's words do not reach us, or it called, a person is taken for granted."""

    def __init__(self, *, ms: int) -> None:
        self._ms = ms
        self._opening: Opening | None = None
        self._is_beeped = False
        self._is_hushed = False
        self._is_left = False
        self._quiet_since: int | None = None
        self.hears = False
        self.message: Say | None = None

    def answered(self, answered: Answered) -> bool:
        """The call was answered; whether a greeting is waited for."""
        self.hears, self.message = answered.hears, answered.message
        if answered.hears and answered.greets_first:
            self._opening = Opening()
        return self._opening is not None

    @property
    def is_person(self) -> bool:
        """Whether anything may be said."""
        return self._opening is None or self._opening.answerer == "person" or self._is_left

    @property
    def in_voicemail(self) -> bool | None:
        """Whether a machine answered; None where nobody looked or it is not known."""
        if self._opening is None or self._opening.answerer == "unknown":
            return None
        return self._opening.answerer == "machine"

    def key(self) -> None:
        """A key was pressed."""
        if self._opening is not None:
            self._opening.key()

    def words(self, text: str, at: int) -> None:
        """The party's turn was over with these words."""
        if self._opening is not None:
            self._opening.words(text, at=at)

    def beep(self, at: int) -> None:
        """A tone ended."""
        if self._opening is not None and self._opening.beep(at, ms=self._ms):
            self._is_beeped = True

    def next(self, voice: PartyVoice, at: int, *, is_quiet: bool) -> Step | None:
        """What the opening asks for now. `is_quiet`: the agent has nothing left that it may say."""
        opening = self._opening
        if opening is None or self._is_left:
            return None
        if opening.answerer == "person" and opening.has_begun:
            return None
        opening.voice(voice.began, voice.paused_at, at=at, ms=self._ms, voice_on=voice.is_on)
        if opening.answerer == "machine":
            return self._machine(opening, voice, at)
        self._judge_pause(opening, voice, at)
        if opening.may_begin(at, ms=self._ms, voice_on=voice.is_on, paused_at=voice.paused_at):
            return "begin"
        return self._nobody(voice, at, is_quiet=is_quiet)

    def _machine(self, opening: Opening, voice: PartyVoice, at: int) -> Step | None:
        is_due = self._is_beeped or opening.is_message_due(at, ms=self._ms, voice_on=voice.is_on, paused_at=voice.paused_at)
        if self.message is None or is_due:
            self._is_left = True
            return "leave"
        if self._is_hushed:
            return None
        self._is_hushed = True
        return "hush"

    def _judge_pause(self, opening: Opening, voice: PartyVoice, at: int) -> None:
        """A greeting in few words and a pause: a person waits for our answer."""
        words = voice.words
        if words is not None and voice.paused_at is not None and at - voice.paused_at >= PERSON_PAUSE_MS * self._ms:
            opening.words(words.text, at=at)

    def _nobody(self, voice: PartyVoice, at: int, *, is_quiet: bool) -> Step | None:
        if not is_quiet or voice.is_open:
            self._quiet_since = None
            return None
        self._quiet_since = at if self._quiet_since is None else self._quiet_since
        if at - self._quiet_since < NOBODY_MS * self._ms:
            return None
        self._is_left = True
        return "nobody"
