"""An utterance of the transcript, as heard, in milliseconds of audio since the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Role = Literal["agent", "user", "transfer_target"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """One word and where it sounds."""

    word: str
    start_ms: int
    end_ms: int
    timing: Literal["measured", "estimated"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Utterance:
    """One stretch of speech or keys. `content` was heard; `generated` is all that the agent meant to say."""

    role: Role
    content: str
    generated: str
    words: tuple[Word, ...]
    start_ms: int
    end_ms: int
    interrupted: bool = False
    dtmf: bool = False


def as_text(utterances: Sequence[Utterance]) -> str:
    """The plain transcript: one utterance a line with its speaker; what was cut to nothing leaves no line."""
    speakers = {"agent": "Agent", "user": "User", "transfer_target": "Transfer target"}
    return "\n".join(f"{speakers[one.role]}: {one.content}" for one in utterances if one.content)
