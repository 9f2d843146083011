"""The `ask` of a step: which keys each kind takes, and which answers it can give."""

from __future__ import annotations

import re
from datetime import date, time
from typing import cast

from ringtrue.agents.scripted.model import Ask, AskKind, Option
from ringtrue.agents.scripted.read import Reader
from ringtrue.agents.scripted.template import Template
from ringtrue.agents.scripted.tree import Node

KINDS = ("yes_no", "choice", "digits", "date", "time", "number", "text")
KEYS_OF_KIND: dict[str, tuple[str, ...]] = {
    "yes_no": ("type",),
    "choice": ("type", "options", "from"),
    "digits": ("type", "length", "min", "max", "sensitive"),
    "date": ("type", "after", "before"),
    "time": ("type", "after", "before"),
    "number": ("type", "min", "max"),
    "text": ("type", "sensitive"),
}
OPTION = ("phrases", "key", "read")
MAX_DIGITS = 32

_OPTION_KEY = re.compile(r"(?:[0-9]{1,2}|\*)\Z")
_RELATIVE = re.compile(r"(today|tomorrow|yesterday)(?:\s*([+-])\s*(\d{1,5})d)?\Z|([+-])(\d{1,5})d\Z")


def read_ask(read: Reader, node: Node | None, path: str, places: dict[str, Node]) -> Ask | None:
    """What the step asks for; None when its kind cannot be told."""
    if node is None:
        return None
    kind_node = node.entries.get("type") if node.kind == "map" else None
    kind = kind_node.scalar if kind_node is not None else None
    known = KEYS_OF_KIND.get(kind) if isinstance(kind, str) else None
    entries = read.entries(node, path, known or sorted({key for keys in KEYS_OF_KIND.values() for key in keys}))
    places.update({f"{path}.{key}": entry for key, entry in entries.items()})
    if node.kind != "map" or read.one_of(read.required(entries, "type", node, path, _NAME_KIND), f"{path}.type", KINDS) is None:
        return None
    minimum, maximum = _bounds(read, str(kind), entries, node, path)
    return Ask(
        kind=cast(AskKind, kind),
        options=_options(read, entries.get("options"), f"{path}.options", places),
        source=_source(read, str(kind), entries, node, path),
        minimum=minimum,
        maximum=maximum,
        sensitive=read.flag(entries.get("sensitive"), f"{path}.sensitive", default=False),
        after=_limit(read, str(kind), entries.get("after"), f"{path}.after"),
        before=_limit(read, str(kind), entries.get("before"), f"{path}.before"),
    )


_NAME_KIND = f"Write `type:` with one of {', '.join(KINDS)}."


def answers_of(ask: Ask) -> tuple[str, ...]:
    """The answers that `next` must cover."""
    if ask.kind == "yes_no":
        return ("yes", "no")
    if ask.kind == "choice":
        return ("any", "none") if ask.source else tuple(option.name for option in ask.options)
    return ("any",)


def _source(read: Reader, kind: str, entries: dict[str, Node], node: Node, path: str) -> str | None:
    source = read.text(entries.get("from"), f"{path}.from")
    if kind == "choice" and ("options" in entries) == ("from" in entries):
        read.add(node, path, "A choice has either `options` or `from`.", "Write the options, or name a list variable in `from`.")
    return source


def _options(read: Reader, node: Node | None, path: str, places: dict[str, Node]) -> tuple[Option, ...]:
    options: list[Option] = []
    for name, entry in read.entries(node, path).items():
        here = f"{path}.{name}"
        places[here] = entry
        entries = read.entries(entry, here, OPTION)
        listed = [
            read.word(item, f"{here}.phrases[{i}]")
            for i, item in enumerate(read.items(entries.get("phrases"), f"{here}.phrases"))
        ]
        key = read.word(entries["key"], f"{here}.key") if "key" in entries and not entries["key"].is_null else None
        if key is not None and not _OPTION_KEY.match(key):
            read.add(entries["key"], f"{here}.key", "A key is one digit, or two, or a star.", 'Write digits from 0 to 9, or "*".')
            key = None
        options.append(
            Option(
                name=name,
                phrases=tuple(phrase for phrase in listed if phrase),
                key=key,
                read=read.text(entries.get("read"), f"{here}.read"),
            )
        )
    if node is not None and not node.is_null and node.kind == "map" and not node.entries:
        read.add(node, path, "A choice without options cannot be answered.", "Write at least one option.")
    _unique_keys(read, options, path, places)
    return _with_keys(options)


def _unique_keys(read: Reader, options: list[Option], path: str, places: dict[str, Node]) -> None:
    seen: dict[str, str] = {}
    phrases: dict[str, str] = {}
    for option in options:
        here = f"{path}.{option.name}"
        if option.key is not None and option.key in seen:
            read.add(
                places[here],
                f"{here}.key",
                f"The key {option.key} stands for {seen[option.key]!r} already.",
                "Give each option its own key.",
            )
        seen.setdefault(option.key or "", option.name)
        for phrase in option.phrases:
            other = phrases.setdefault(phrase.casefold().strip(), option.name)
            if other != option.name:
                read.add(
                    places[here], f"{here}.phrases", f"A phrase stands for {other!r} already.", "Give each phrase to one option."
                )


def _with_keys(options: list[Option]) -> tuple[Option, ...]:
    """The options, each with a key: those without one get the lowest free digits from 1."""
    taken = {option.key for option in options if option.key}
    free = (str(number) for number in range(1, 100) if str(number) not in taken)
    return tuple(
        option if option.key else Option(name=option.name, phrases=option.phrases, key=next(free, None), read=option.read)
        for option in options
    )


def _bounds(read: Reader, kind: str, entries: dict[str, Node], node: Node, path: str) -> tuple[float | None, float | None]:
    is_digits = kind == "digits"
    low, high = (1.0, float(MAX_DIGITS)) if is_digits else (-1e12, 1e12)

    def bound(key: str) -> float | None:
        return read.number(entries.get(key), f"{path}.{key}", low=low, high=high, is_whole=is_digits)

    length, minimum, maximum = bound("length"), bound("min"), bound("max")
    if length is not None and (minimum is not None or maximum is not None):
        read.add(entries["length"], f"{path}.length", "`length` excludes `min` and `max`.", "Keep `length`, or `min` and `max`.")
    if is_digits and not {"length", "min", "max"} & set(entries):
        read.add(node, path, "How many digits is not said.", "Write `length: 4`, or `min` and `max`.")
    if length is not None:
        return length, length
    if minimum is not None and maximum is not None and minimum > maximum:
        read.add(entries["min"], f"{path}.min", "`min` is greater than `max`.", "Swap them.")
    if is_digits:
        return minimum or 1.0, maximum or float(MAX_DIGITS)
    return minimum, maximum


def _limit(read: Reader, kind: str, node: Node | None, path: str) -> str | Template | None:
    text = read.text(node, path)
    if text is None:
        return None
    if "{{" in text:
        template = read.template(node, path)
        if template is not None and template.bare is None:
            read.add(node, path, "Only one {{ name }} may stand here.", "Name the variable alone.")
        return template
    if not _is_limit(kind, text):
        wanted = "a time such as 09:00" if kind == "time" else "a date such as 2027-03-04, today, tomorrow or today+14d"
        read.add(node, path, f"{path} cannot be read.", f"Write {wanted}, in quotes, or {{{{ name }}}}.")
        return None
    return text


def _is_limit(kind: str, text: str) -> bool:
    try:
        if kind == "time":
            time.fromisoformat(text)
        elif not _RELATIVE.match(text):
            date.fromisoformat(text)
    except ValueError:
        return False
    return True
