"""Which rows a WHERE or ON lets through, as far as parameters and other rows say so.

A condition counts only where it stands alone between the ANDs, word for word `column = :name`, `column IN (:name, ...)`,
`a.column = b.column` or `column IN (SELECT column FROM table ...)`. Beside an OR nothing counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ringtrue.storage.sql_text import Item, Items, is_parameter, is_word, split


@dataclass(frozen=True, kw_only=True, slots=True)
class Conditions:
    """Of the rows of one table: the parameters that a column equals one of, and the columns of other rows that it equals."""

    pins: tuple[tuple[str, tuple[str, ...]], ...] = ()
    links: tuple[tuple[str, str, str], ...] = ()

    def __add__(self, other: Conditions) -> Conditions:
        return Conditions(pins=self.pins + other.pins, links=self.links + other.links)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sources:
    """What a statement names its tables, and the one that columns belong to where they have no name before them."""

    names: Mapping[str, str] = field(default_factory=dict)
    only: str | None = None


def of_clause(clause: Items, sources: Sources, name: str) -> Conditions:
    """What the clause demands of the rows of the source of that name."""
    parts = split(clause, "AND")
    if any(is_word(item, "OR") for item in clause):
        return Conditions()
    found = Conditions()
    for part in parts:
        found += _of_part(part, sources, name)
    return found


def _of_part(part: Items, sources: Sources, name: str) -> Conditions:
    match part:
        case (*left, "=", str(right)) if is_parameter(right) and _column(left, sources, name):
            return Conditions(pins=((_column(left, sources, name), (right[1:],)),))
        case (*left, str(word), tuple(values)) if word.upper() == "IN" and _column(left, sources, name):
            return _within(_column(left, sources, name), values)
        case (str(one), ".", str(column), "=", str(other), ".", str(their)):
            return _linked((one, column), (other, their), sources, name)
    return Conditions()


def _column(words: list[Item], sources: Sources, name: str) -> str:
    """The column of that source, or nothing."""
    match words:
        case [str(column)] if sources.only == name:
            return column
        case [str(source), ".", str(column)] if source == name:
            return column
    return ""


def _within(column: str, values: Items) -> Conditions:
    match values:
        case (str(select), str(their), str(source), str(table), *rest) if (
            select.upper() == "SELECT" and source.upper() == "FROM" and not any(is_word(one, "UNION", "JOIN") for one in rest)
        ):
            return Conditions(links=((column, table, their),))
    names = [str(one)[1:] for one in values if is_parameter(one)]
    if len(values) == 2 * len(names) - 1 and all(is_parameter(one) for one in values[::2]):
        return Conditions(pins=((column, tuple(names)),))
    return Conditions()


def _linked(one: tuple[str, str], other: tuple[str, str], sources: Sources, name: str) -> Conditions:
    for (mine, column), (theirs, their) in ((one, other), (other, one)):
        if mine == name and theirs in sources.names and theirs != name:
            return Conditions(links=((column, sources.names[theirs], their),))
    return Conditions()
