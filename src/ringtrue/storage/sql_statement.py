"""What a statement touches, read from its text: tables, the columns that are bound to parameters, the columns written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from ringtrue.storage.sql_conditions import Conditions, Sources, of_clause
from ringtrue.storage.sql_text import Item, Items, Unreadable, clauses, is_parameter, is_word, nested, split

Verb = Literal["read", "insert", "update", "delete"]
_VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE")
EXPRESSION = ""
"""Stands for whatever is written that is no parameter."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Conflict:
    """What an INSERT does to the row that is there: found by `target`, changed where the columns `same` are as inserted."""

    target: frozenset[str]
    sets: Mapping[str, str]
    same: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Touch:
    """One use of one table. `written` maps columns to the parameter they are given, or to `EXPRESSION`."""

    table: str
    verb: Verb
    conditions: Conditions = field(default_factory=Conditions)
    written: Mapping[str, str] = field(default_factory=dict)
    conflict: Conflict | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What comes back, where that is rows of one table: those columns of them, None for all."""

    table: str
    columns: frozenset[str] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """Every use of a table, and what comes back where that can be said."""

    touches: tuple[Touch, ...]
    result: Result | None


def read(text: str) -> Statement:
    """What the statement touches. Raises Unreadable."""
    items = nested(text)
    return Statement(touches=tuple(_touches(items)), result=_result(items))


def _touches(items: Items) -> Iterator[Touch]:
    match items:
        case (str(select), *_) if select.upper() == "SELECT":
            for part in _selects(items):
                yield from _select(part)
            return
        case (str(insert), str(into), str(table), tuple(columns), str(values), tuple(given), *rest) if [
            word.upper() for word in (insert, into, values)
        ] == ["INSERT", "INTO", "VALUES"]:
            yield _insert(table, columns, given, tuple(rest))
        case (str(update), str(table), str(then), *_) if (update.upper(), then.upper()) == ("UPDATE", "SET"):
            parts = clauses(items, "UPDATE", "SET", "WHERE", "RETURNING")
            conditions = _of_one(parts.get("WHERE", ()), table)
            yield Touch(table=table, verb="update", conditions=conditions, written=_assigned(parts["SET"]))
        case (str(delete), str(source), str(table), *_) if (delete.upper(), source.upper()) == ("DELETE", "FROM"):
            parts = clauses(items, "DELETE", "FROM", "WHERE", "RETURNING")
            if parts["FROM"] != (table,):
                raise Unreadable("The statement deletes from something that is not read.")
            yield Touch(table=table, verb="delete", conditions=_of_one(parts.get("WHERE", ()), table))
        case _:
            raise Unreadable("The statement begins with a form that is not read.")
    yield from _inner(items)


def _of_one(clause: Items, table: str) -> Conditions:
    return of_clause(clause, Sources(names={table: table}, only=table), table)


def _inner(items: Items) -> Iterator[Touch]:
    """What the statements within parentheses touch."""
    for item in items:
        if isinstance(item, tuple):
            yield from _touches(item) if item and is_word(item[0], *_VERBS) else _inner(item)


def _selects(items: Items) -> list[Items]:
    """Those that a UNION joins."""
    return [part[1:] if part and is_word(part[0], "ALL") else part for part in split(items, "UNION")]


def _select(items: Items) -> Iterator[Touch]:
    parts = clauses(items, "SELECT", "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "FOR")
    joined = _joined(parts.get("FROM", ()))
    sources = Sources(
        names={one.name: one.table for one in joined if one.table}, only=joined[0].name if len(joined) == 1 else None
    )
    if len({one.name for one in joined}) != len(joined):
        raise Unreadable("The statement has two sources of one name.")
    for one in joined:
        # What the ON of an outer join demands holds for the rows that are joined and not for those they are joined to.
        demanding = [parts.get("WHERE", ()), *(other.on for other in joined if other is one or not other.is_outer)]
        if one.table:
            conditions = sum((of_clause(clause, sources, one.name) for clause in demanding), Conditions())
            yield Touch(table=one.table, verb="read", conditions=conditions)
    yield from _inner(items)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Joined:
    """An entry of FROM; `table` is empty for a SELECT in parentheses."""

    table: str
    name: str
    on: Items
    is_outer: bool


def _joined(items: Items) -> list[_Joined]:
    found: list[_Joined] = []
    is_outer = False
    for entry in split(items, "JOIN") if items else []:
        kind = [word for word in entry if is_word(word, "LEFT", "OUTER", "INNER", "CROSS")]
        if kind and entry[-len(kind) :] != tuple(kind):
            raise Unreadable("The statement has a join that is not read.")
        named, *on = split(entry[: len(entry) - len(kind)], "ON")
        match named:
            case (str(table),):
                source, name = table, table
            case (str(table), str(word), str(name)) if word.upper() == "AS":
                source = table
            case (tuple(), str(word), str(name)) if word.upper() == "AS":
                source = ""
            case _:
                raise Unreadable("The statement reads from something that is not read.")
        found.append(_Joined(table=source, name=name, on=on[0] if on else (), is_outer=is_outer))
        is_outer = any(is_word(word, "LEFT") for word in kind)
    return found


def _insert(table: str, columns: Items, given: Items, rest: Items) -> Touch:
    names = [part[0] for part in split(columns, ",") if len(part) == 1 and isinstance(part[0], str)]
    values = split(given, ",")
    if len(names) != len(values) or len(columns) != 2 * len(names) - 1:
        raise Unreadable("The statement does not give each column one value.")
    written = {str(name): _parameter(value) for name, value in zip(names, values, strict=True)}
    match rest:
        case () | ("RETURNING", *_):
            conflict = None
        case ("ON", "CONFLICT", tuple(_), "DO", "NOTHING"):
            conflict = None
        case ("ON", "CONFLICT", tuple(target), "DO", *update):
            parts = clauses(tuple(update), "UPDATE", "SET", "WHERE", "RETURNING")
            conflict = Conflict(
                target=frozenset(str(part[0]) for part in split(target, ",")),
                sets=_assigned(parts["SET"]),
                same=_same(parts.get("WHERE", ()), table),
            )
        case _:
            raise Unreadable("The statement inserts in a way that is not read.")
    return Touch(table=table, verb="insert", written=written, conflict=conflict)


def _same(clause: Items, table: str) -> frozenset[str]:
    """The columns that must be as in the row that was to be inserted."""
    found = of_clause(clause, Sources(names={table: table, "excluded": "excluded"}), table)
    return frozenset(mine for mine, other, theirs in found.links if other == "excluded" and mine == theirs)


def _assigned(items: Items) -> dict[str, str]:
    """The columns that SET names; one that is set to what was to be inserted keeps the name of that, `excluded.column`."""
    found: dict[str, str] = {}
    for part in split(items, ","):
        match part:
            case (str(column), "=", "excluded", ".", str(same)):
                found[column] = f"excluded.{same}"
            case (str(column), "=", *value):
                found[column] = _parameter(tuple(value))
            case _:
                raise Unreadable("The statement sets something that is not read.")
    return found


def _parameter(value: tuple[Item, ...]) -> str:
    return str(value[0])[1:] if len(value) == 1 and is_parameter(value[0]) else EXPRESSION


def _result(items: Items) -> Result | None:
    if not is_word(items[0], "SELECT"):
        return None
    found = {_result_of(part) for part in _selects(items)}
    return found.pop() if len(found) == 1 else None


def _result_of(items: Items) -> Result | None:
    parts = clauses(items, "SELECT", "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "FOR")
    joined, shown = _joined(parts.get("FROM", ())), parts["SELECT"]
    if shown == ("*",) and len(joined) == 1 and not joined[0].table:
        return _result(next(item for item in parts["FROM"] if isinstance(item, tuple)))
    match shown:
        case ("*",) if len(joined) == 1:
            return Result(table=joined[0].table, columns=None)
        case (str(name), ".", "*"):
            return next((Result(table=one.table, columns=None) for one in joined if one.name == name and one.table), None)
    columns = split(shown, ",")
    if len(joined) == 1 and joined[0].table and all(len(part) == 1 and isinstance(part[0], str) for part in columns):
        return Result(table=joined[0].table, columns=frozenset(str(part[0]) for part in columns))
    return None
