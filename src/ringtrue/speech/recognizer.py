"""What a recogniser of the hearing process does: a stretch of speech to text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ringtrue.conversation.leg import Pcm
from ringtrue.speech.vad import VoiceModel


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """What was made of a stretch: "" for no words. `confidence` is 0..1, the mean probability of what was written.

    `others` are what else it may have been, likeliest first; `share` is how much speaks for this one among all of them, 0..1.
    """

    text: str
    confidence: float
    share: float = 1.0
    others: tuple[Written, ...] = ()


NOTHING = Written(text="", confidence=0.0)


def wanted() -> bool:
    """Somebody needs it."""
    return True


class Recognizer(Protocol):
    """A loaded recogniser. `decode` is called by one thread at a time, `voice_model` by another."""

    knows_copies: bool
    """Whether voices differ so much that a copy of what we sent can be told from another voice."""

    def decode(
        self,
        pcm: Pcm,
        *,
        rate_hz: int,
        language: str,
        options: tuple[str, ...],
        is_wanted: Callable[[], bool] = wanted,
    ) -> Written:
        """The words; `options` is a closed list of which one may have been said. When `is_wanted`, asked half-way, says that
        nobody needs them any more, they may be `NOTHING`."""
        ...

    def voice_model(self, rate_hz: int) -> VoiceModel:
        """A new one, for one line."""
        ...
