"""Reads nodes of a project file as typed values; each mistake is noted with its place and reading goes on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import time, timedelta

from ringtrue.agents.scripted.faults import Faults, Place, nearest
from ringtrue.agents.scripted.template import Template, check_template
from ringtrue.agents.scripted.tree import Node
from ringtrue.domain.hours import CallingHours

_DURATION = re.compile(r"(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?(?:(\d{1,7})ms)?\Z")
_HOURS = re.compile(r"([a-z,\- ]{3,60}?)\s+(\d{2}):(\d{2})\s*-\s*(\d{2}):(\d{2})\Z")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}\Z")


class KeyPlace:
    """Where a key of a mapping stands."""

    def __init__(self, node: Node, key: str) -> None:
        self.line, self.column = node.key_at.get(key, (node.line, node.column))


class Reader:
    """Typed reading with one collector of mistakes."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults

    def add(self, at: Place | None, path: str, message: str, remedy: str) -> None:
        """Note a mistake."""
        self.faults.add(at, path, message, remedy)

    def entries(self, node: Node | None, path: str, known: Iterable[str] | None = None) -> dict[str, Node]:
        """The entries of a mapping; empty where it is null or no mapping. Keys beyond `known` are mistakes."""
        if node is None or node.is_null:
            return {}
        if node.kind != "map":
            self.add(node, path, f"{path or 'The file'} must be a mapping.", "Write `key: value` lines under it.")
            return {}
        if known is None:
            return dict(node.entries)
        names = list(known)
        for key in node.entries:
            if key not in names:
                self.add(KeyPlace(node, key), dotted(path, key), f"There is no key {key!r} here.", nearest(key, names))
        return {key: value for key, value in node.entries.items() if key in names}

    def items(self, node: Node | None, path: str) -> list[Node]:
        """The items of a list; empty where it is null or no list."""
        if node is None or node.is_null:
            return []
        if node.kind != "list":
            self.add(node, path, f"{path} must be a list.", "Write it as [a, b] or one `- item` a line.")
            return []
        return list(node.items)

    def text(self, node: Node | None, path: str) -> str | None:
        """Text; None where absent, null or not text."""
        if node is None or node.is_null:
            return None
        if node.kind != "scalar" or not isinstance(node.scalar, str):
            self.add(node, path, f"{path} must be text.", "Put it in quotes.")
            return None
        return node.scalar

    def word(self, node: Node, path: str) -> str | None:
        """A scalar as the author wrote it: text, or a number or truth value as text."""
        if node.kind != "scalar" or node.scalar is None:
            self.add(node, path, f"{path} must be text.", "Put it in quotes.")
            return None
        return str(node.scalar).lower() if isinstance(node.scalar, bool) else str(node.scalar)

    def required(self, entries: dict[str, Node], key: str, at: Place | None, path: str, remedy: str) -> Node | None:
        """The entry that must be there."""
        node = entries.get(key)
        if node is None or node.is_null:
            self.add(node or at, dotted(path, key), f"{dotted(path, key)} is missing.", remedy)
            return None
        return node

    def one_of(self, node: Node | None, path: str, choices: Sequence[str]) -> str | None:
        """One word of a closed list."""
        word = self.text(node, path)
        if word is not None and node is not None and word not in choices:
            near = nearest(word, choices)
            remedy = f"{near} Allowed: {', '.join(choices)}." if near.startswith("Did") else f"Allowed: {', '.join(choices)}."
            self.add(node, path, f"{path} cannot be {word[:40]!r}.", remedy)
            return None
        return word

    def flag(self, node: Node | None, path: str, *, default: bool) -> bool:
        """A truth value."""
        if node is None or node.is_null:
            return default
        if node.kind != "scalar" or not isinstance(node.scalar, bool):
            self.add(node, path, f"{path} must be true or false.", "Write true or false without quotes.")
            return default
        return node.scalar

    def number(self, node: Node | None, path: str, *, low: float, high: float, is_whole: bool = True) -> float | None:
        """A number between `low` and `high`."""
        if node is None or node.is_null:
            return None
        value = node.scalar
        kind = "a whole number" if is_whole else "a number"
        if node.kind != "scalar" or isinstance(value, bool) or not isinstance(value, int if is_whole else (int, float)):
            self.add(node, path, f"{path} must be {kind}.", f"Write {kind} from {low:g} to {high:g}, without quotes.")
            return None
        if not low <= value <= high:
            self.add(node, path, f"{path} is out of range.", f"Write {kind} from {low:g} to {high:g}.")
            return None
        return value

    def name(self, node: Node | None, path: str) -> str | None:
        """A name that templates can use."""
        word = self.text(node, path)
        if word is not None and node is not None and not is_name(word):
            self.add(node, path, f"{path} is no name.", "Use letters, digits and _, beginning with a letter.")
            return None
        return word

    def template(self, node: Node | None, path: str) -> Template | None:
        """A prompt."""
        source = self.text(node, path)
        if source is None or node is None:
            return None
        if not source.strip():
            self.add(node, path, f"{path} is empty.", "Write what is to be said.")
            return None
        template, faults = check_template(source)
        for fault in faults:
            self.add(node, path, fault.message, fault.remedy)
        return template

    def duration(self, node: Node | None, path: str, *, default: timedelta, low: timedelta, high: timedelta) -> timedelta:
        """A duration with units."""
        if node is None or node.is_null:
            return default
        found = _DURATION.match(node.scalar) if isinstance(node.scalar, str) and node.scalar else None
        if found is None:
            self.add(node, path, f"{path} is no duration.", "Write a number with its unit: 40s, 10m, 1h30m.")
            return default
        hours, minutes, seconds, millis = (int(part or 0) for part in found.groups())
        value = timedelta(hours=hours, minutes=minutes, seconds=seconds, milliseconds=millis)
        if not low <= value <= high:
            self.add(node, path, f"{path} is out of range.", f"Write at least {_short(low)} and at most {_short(high)}.")
            return default
        return value

    def hours(self, node: Node, path: str) -> CallingHours | None:
        """Hours of days: "mon-fri 09:00-18:00"."""
        found = _HOURS.match(node.scalar.strip().lower()) if isinstance(node.scalar, str) and len(node.scalar) < 100 else None
        days = _days(found[1]) if found else None
        if found is not None and days:
            start, end = (_clock(found[index], found[index + 1]) for index in (2, 4))
            if start is not None and end is not None and (start < end or end == time(0)):
                return CallingHours(days=days, start=start, end=end)
        self.add(
            node,
            path,
            f"{path} is no span of hours.",
            'Write days and hours that end later than they begin: "mon-fri 09:00-18:00".',
        )
        return None


def dotted(path: str, key: str) -> str:
    """The path of a key under `path`."""
    return f"{path}.{key}" if path else key


def is_name(word: str) -> bool:
    """Whether templates can use the word as a name."""
    return bool(_NAME.match(word)) and word not in ("and", "or", "not", "if", "else", "in", "is", "true", "false", "none")


def _short(value: timedelta) -> str:
    seconds = value.total_seconds()
    if seconds < 1:
        return f"{int(seconds * 1000)}ms"
    if seconds % 3600 == 0:
        return f"{int(seconds // 3600)}h"
    return f"{int(seconds // 60)}m" if seconds % 60 == 0 else f"{int(seconds)}s"


def _days(text: str) -> frozenset[int] | None:
    days: set[int] = set()
    for part in text.replace(" ", "").split(","):
        first, _, last = part.partition("-")
        if first not in _DAYS or (last or first) not in _DAYS:
            return None
        start, end = _DAYS.index(first), _DAYS.index(last or first)
        days.update((start + step) % 7 for step in range((end - start) % 7 + 1))
    return frozenset(days)


def _clock(hour: str, minute: str) -> time | None:
    if hour == "24" and minute == "00":
        return time(0)
    return time(int(hour), int(minute)) if int(hour) < 24 and int(minute) < 60 else None
