"""The text of a statement as words and parentheses.

Only the SQL that the rooms are written in is read: whatever could mean something else is `Unreadable`, so that a form nobody
thought of is refused rather than misunderstood.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from ringtrue.errors import RingtrueError

Item: TypeAlias = "str | tuple[Item, ...]"
Items: TypeAlias = tuple[Item, ...]

_TOKEN = re.compile(r"\s*(:\w+|[A-Za-z_]\w*|\d+|'[^']*'|<=|>=|<>|[().,*=<>+]|\Z)")
_CLAUSES = ("SELECT", "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "FOR", "RETURNING", "SET", "VALUES")
_STRANGE = {
    "WITH", "INTERSECT", "EXCEPT", "NATURAL", "USING", "RIGHT", "FULL", "BETWEEN", "CASE", "REPLACE", "IGNORE", "PRAGMA",
    "WINDOW",
}  # fmt: skip


class Unreadable(RingtrueError):
    """A form of SQL that is not read."""

    code = "statement_unreadable"


def nested(text: str) -> Items:
    """The words of the statement, what is in parentheses as a tuple. Raises Unreadable."""
    levels: list[list[Item]] = [[]]
    for word in _tokens(text):
        if word == "(":
            levels.append([])
        elif word != ")":
            levels[-1].append(word)
        elif len(levels) == 1:
            raise Unreadable("The statement closes a parenthesis that it did not open.")
        else:
            inner = tuple(levels.pop())
            levels[-1].append(inner)
    if len(levels) != 1:
        raise Unreadable("The statement leaves a parenthesis open.")
    return tuple(levels[0])


def _tokens(text: str) -> list[str]:
    found: list[str] = []
    place = 0
    while True:
        match = _TOKEN.match(text, place)
        if match is None:
            raise Unreadable("The statement has a character that is not read.")
        place, token = match.end(), match[1]
        if not token:
            return found
        if token.upper() in _STRANGE:
            raise Unreadable("The statement has a word that is not read.")
        found.append(token)


def is_word(item: Item, *words: str) -> bool:
    """Whether it is one of these, which are upper case."""
    return isinstance(item, str) and item.upper() in words


def is_parameter(item: Item) -> bool:
    """Whether a value is put in its place."""
    return isinstance(item, str) and item.startswith(":")


def split(items: Items, *words: str) -> list[Items]:
    """What stands between those words."""
    parts: list[list[Item]] = [[]]
    for item in items:
        if is_word(item, *words):
            parts.append([])
        else:
            parts[-1].append(item)
    return [tuple(part) for part in parts]


def clauses(items: Items, *allowed: str) -> dict[str, Items]:
    """The clauses by their first word. Raises Unreadable for one that comes twice, or is not allowed."""
    found: dict[str, list[Item]] = {}
    current: list[Item] = []
    for place, item in enumerate(items):
        if place == 0 or is_word(item, *_CLAUSES):
            name = str(item).upper()
            if name in found or name not in allowed:
                raise Unreadable("The statement has a clause that is not read.")
            current = found[name] = []
        else:
            current.append(item)
    return {name: tuple(part) for name, part in found.items()}
