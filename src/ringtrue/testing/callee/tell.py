"""What a callee tells of one call, as small JSON objects. Positions are samples since the answer on the callee's own side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ringtrue.testing.callee.line import Utterance

Say = Callable[[dict[str, object]], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tell:
    """For call `number` of a phone."""

    say: Say
    number: int

    def event(self, name: str, **fields: object) -> None:
        """Any event of the call."""
        self.say({"event": name, "call": self.number, **fields})

    def said(self, utterance: Utterance) -> None:
        """The callee's own voice: where its first sample went out, the first loud one, and the first that was none of it."""
        self.event(
            "said",
            kind=utterance.kind,
            text=utterance.text,
            at_samples=utterance.start,
            loud_samples=utterance.loud,
            end_samples=utterance.end,
        )

    def heard(self, text: str, end: int) -> None:
        """A prompt as the callee understood it, which ended there."""
        self.event("heard", text=text, end_samples=end)

    def pressed(self, keys: str, at: int) -> None:
        """Keys."""
        self.event("pressed", digits=keys, at_samples=at)
