"""What every kind of answer offers: how it is asked for by keypad, and what words and keys mean to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from ringtrue.agents.scripted.values import Value
from ringtrue.conversation.agent import Span

Hint = Literal["unclear", "range", "length"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """An answer that was understood: its name in `next` and its value, None where nothing is to be saved.

    `score` is how sure the match is, 0..1; a key is always sure.
    """

    name: str
    value: Value | None
    score: float = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class NotUnderstood:
    """No answer that can be taken; `hint` says why not."""

    hint: Hint = "unclear"


Result = Answer | NotUnderstood


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyPlan:
    """How keys are gathered: see `Expect`."""

    whole_keys: tuple[str, ...] = ()
    max_digits: int = 1
    terminator: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """One key and what it stands for: "press 1 to ..." or, without `is_action`, "press 1 for ..."."""

    key: str
    label: Span
    is_action: bool = False


class Slot(Protocol):
    """One kind of answer, made for one question."""

    @property
    def keys(self) -> KeyPlan:
        """How keys are gathered."""
        ...

    @property
    def is_menu(self) -> bool:
        """Whether keys stand for answers, so that keys understood anywhere can stand beside them."""
        ...

    @property
    def phrases(self) -> tuple[str, ...]:
        """What the party is likely to say, where that is a closed list."""
        ...

    @property
    def options(self) -> tuple[str, ...]:
        """What a recogniser may be told to expect: names and menu entries only."""
        ...

    def offers(self) -> Sequence[Offer]:
        """The keys on offer, for the prompt."""
        ...

    def instruction(self) -> str | None:
        """How to type an answer, for the prompt."""
        ...

    def hear(self, words: str) -> Result:
        """What was said."""
        ...

    def is_whole(self, words: str) -> bool:
        """Whether the words are an answer to which nothing need be added."""
        ...

    def press(self, keys: str) -> Result:
        """What was pressed."""
        ...


def plain(text: str) -> Span:
    """Text that is written as it is spoken."""
    return Span(written=text, spoken=text)
