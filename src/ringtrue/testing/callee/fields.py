"""Fields of a persona's file, read strictly: every mistake is noted with its line, its field and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from ringtrue.agents.scripted.faults import Faults, nearest
from ringtrue.agents.scripted.tree import Node, Scalar
from ringtrue.testing.callee.traits import Range
from ringtrue.testing.callee.wording import pieces

KEYS = frozenset("0123456789*#ABCD")


class Fields:
    """The entries of one mapping. Whatever is wrong gives the default, so that the search for mistakes goes on."""

    def __init__(self, node: Node, path: str, known: Mapping[str, object] | tuple[str, ...], faults: Faults) -> None:
        self.node = node
        self.path = path
        self.faults = faults
        self._known = tuple(known)
        if node.kind != "map":
            self.fault("", "This must be a mapping.", f"Write `field: value` lines; known here: {', '.join(self._known)}.")
            return
        for key in node.entries:
            if key not in self._known:
                self.fault(key, f"There is no field {key!r}.", nearest(key, self._known))

    def has(self, name: str) -> bool:
        """Whether it is given and not null."""
        return name in self.node.entries and not self.node.entries[name].is_null

    def at(self, name: str) -> str:
        """The field's whole name."""
        return f"{self.path}.{name}" if self.path and name else self.path or name

    def fault(self, name: str, message: str, remedy: str) -> None:
        """Note a mistake of that field."""
        self.faults.add(self.node.entries.get(name, self.node), self.at(name), message, remedy)

    def below(self, name: str, known: tuple[str, ...]) -> Fields | None:
        """The mapping of that field."""
        return Fields(self.node.entries[name], self.at(name), known, self.faults) if self.has(name) else None

    def each(self, name: str, known: tuple[str, ...]) -> list[Fields]:
        """The mappings in the list of that field."""
        if not self.has(name):
            return []
        node = self.node.entries[name]
        if node.kind != "list" or not node.items:
            self.fault(name, "This must be a list of mappings.", f"Begin each with `- `; known in one: {', '.join(known)}.")
            return []
        return [Fields(item, f"{self.at(name)}[{number}]", known, self.faults) for number, item in enumerate(node.items)]

    def word(self, name: str, default: str = "") -> str:
        """A text without pauses in it."""
        value = self._scalar(name, default)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if self.has(name):
            self.fault(name, "This must be a text.", 'Write it in quotes: "..."')
        return default

    def texts(self, name: str) -> tuple[str, ...]:
        """What may be said: a text, or a list of which one is chosen."""
        if not self.has(name):
            return ()
        node = self.node.entries[name]
        items = node.items if node.kind == "list" else [node]
        if not items or not all(item.kind == "scalar" and isinstance(item.scalar, str) and item.scalar.strip() for item in items):
            self.fault(name, "This must be a text or a list of texts.", 'Write ["Yes.", "Yes, I will."]; put each in quotes.')
            return ()
        found = tuple(str(item.scalar).strip() for item in items)
        for text in found:
            try:
                is_said = any(isinstance(piece, str) for piece in pieces(text))
            except ValueError as exc:
                self.fault(name, f"[{exc}] is no pause.", "Write the seconds of silence alone, such as [0.6].")
                continue
            if not is_said:
                self.fault(name, "There is nothing to say in it.", "Write words beside the pause.")
        return found

    def keys(self, name: str) -> str:
        """Keys of a telephone."""
        value = self._scalar(name, "")
        text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
        if self.has(name) and (not text or not set(text) <= KEYS):
            self.fault(name, "This must be keys of a telephone.", 'Write them in quotes: "1" or "123#".')
            return ""
        return text

    def flag(self, name: str) -> bool:
        """true or false."""
        value = self._scalar(name, False)
        if not isinstance(value, bool):
            self.fault(name, "This must be true or false.", "Write true, or leave it out.")
            return False
        return value

    def number(self, name: str, default: float, *, low: float, high: float) -> float:
        """A number of the range."""
        value = self._scalar(name, default)
        if not _is_number(value) or not low <= float(value) <= high:  # type: ignore[arg-type]  # it is a number
            self.fault(name, f"This must be a number from {low:g} to {high:g}.", f"Write for example {default:g}.")
            return default
        return float(value)  # type: ignore[arg-type]  # it is a number

    def count(self, name: str) -> int | None:
        """A whole number from 1 on; None where none is given."""
        value = self._scalar(name, None)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            self.fault(name, "This must be a whole number from 1 on.", "Write for example 1.")
            return None
        return value

    def range(self, name: str, default: Range, *, low: float, high: float) -> Range:
        """Two numbers in order, or one for both."""
        if not self.has(name):
            return default
        node = self.node.entries[name]
        values = [item.scalar for item in node.items] if node.kind == "list" else [node.scalar, node.scalar]
        if len(values) == 2 and all(_is_number(value) for value in values):
            first, last = (float(value) for value in values)  # type: ignore[arg-type]  # they are numbers
            if low <= first <= last <= high:
                return Range(low=first, high=last)
        self.fault(
            name,
            f"This must be [least, most], two numbers from {low:g} to {high:g} in order.",
            f"Write for example [{default.low:g}, {default.high:g}].",
        )
        return default

    def _scalar(self, name: str, default: Scalar) -> Scalar:
        if not self.has(name):
            return default
        node = self.node.entries[name]
        return node.scalar if node.kind == "scalar" else None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
