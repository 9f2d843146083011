"""What the agent will probably say next, begun while the party still speaks, so that the voice is no part of the wait.

It decides nothing: what the agent says in the end is taken from here where it was foreseen, and rendered as ever where not.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from ringtrue.conversation.agent import Say
from ringtrue.conversation.speech import Begun, SpokenPart, TextToSpeech

_MOST = 4  # two answers, what is made of the words so far, and what was made of them before


class Rehearsal:
    """For one conversation and one voice."""

    def __init__(self, tts: TextToSpeech, *, voice: str, rate_hz: int) -> None:
        self._tts = tts
        self._voice = voice
        self._rate_hz = rate_hz
        self._begun: dict[Say, Begun] = {}

    def foresee(self, says: Sequence[Say], *, is_likely: bool = False) -> None:
        """Begin these, those that are likely at once; those begun before stay while there is room."""
        wanted = [say for say in says if say.spoken.strip()][:_MOST]
        kept = [say for say in self._begun if say not in wanted]
        for say in kept[_MOST - len(wanted) :]:
            self._begun.pop(say).drop()
        for say in wanted:
            if say not in self._begun:
                self._begun[say] = self._tts.begin(
                    say.spoken, voice=self._voice, rate_hz=self._rate_hz, keep=say.fixed, is_likely=is_likely
                )

    def speak(self, say: Say) -> AsyncIterator[SpokenPart]:
        """Its speech, begun before or now; what else was begun is dropped. See `TextToSpeech.speak`."""
        begun = self._begun.pop(say, None)
        self.drop()
        if begun is not None:
            return begun.speak()
        return self._tts.speak(say.spoken, voice=self._voice, rate_hz=self._rate_hz, keep=say.fixed)

    def drop(self) -> None:
        """Forget what was begun."""
        while self._begun:
            self._begun.popitem()[1].drop()
