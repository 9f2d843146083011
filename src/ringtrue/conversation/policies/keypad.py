"""Keypad: gather pressed keys into one answer by what is expected.

Gathering ends at once when the keys equal one that is expected and none longer begins so, at the most digits, at the
terminator, or after a pause between keys. Source of the pause: VoiceXML 2.0 leaves `interdigittimeout` to the platform;
3 s is the common platform default and leaves time to read a number off a card.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ringtrue.conversation.agent import Expect

PAUSE_MS = 3000


@dataclass(kw_only=True, slots=True)
class KeyGatherer:
    """The keys pressed since the last answer."""

    keys: str = ""
    first_at: int = 0
    last_at: int = 0
    pause_from: int = 0
    pressed: list[str] = field(default_factory=list)

    def press(self, digit: str, at: int, expect: Expect) -> str | None:
        """Take a key; the whole answer when it is complete with it."""
        if not self.pressed:
            self.first_at = at
        self.pressed.append(digit)
        self.last_at = self.pause_from = at
        if expect.terminator is not None and digit == expect.terminator:
            return self.keys
        self.keys += digit
        is_longer = any(whole.startswith(self.keys) and whole != self.keys for whole in expect.whole_keys)
        is_whole = self.keys in expect.whole_keys and not is_longer
        return self.keys if is_whole or len(self.keys) >= expect.max_digits else None

    def is_paused(self, at: int, rate_hz: int) -> bool:
        """Whether the pause after the last key has ended the answer."""
        return bool(self.pressed) and (at - self.pause_from) * 1000 >= PAUSE_MS * rate_hz

    def resumed(self, at: int) -> None:
        """A hold ended: the pause is counted from here."""
        self.pause_from = at

    def clear(self) -> None:
        """Begin anew."""
        self.keys = ""
        self.pressed = []


def written(keys: list[str], *, sensitive: bool) -> str:
    """The keys as the transcript shows them."""
    return "[keys ***]" if sensitive else f"[keys {' '.join(keys)}]"
