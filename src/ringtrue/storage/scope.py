"""The one way to the rows of an organization: every statement that is run for a client is checked here before it is run.

Theory. A table either carries its owner (`org_id`) or hangs on one that does (`call_id`, `project_id`, ...). For the first
kind a statement must bind the owner to the parameter `:org_id`, whose value must be the organization that the transaction is
for. For the second it must bind a reference to an id that this transaction has seen in a row of that organization or put in
itself. Ids that are written must be such ids too, so that no row ever refers to somebody else's. Nothing is read from the values
but those: a condition that was forgotten fails at once, in the first test, and not for the first stranger.

What a statement touches is read from its text, once for each text. Rows of another owner that come back nevertheless end the
transaction as well. The few statements that serve whoever asks are listed in `OPEN`, word for word.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from ringtrue.calls.scope import Door, Scope
from ringtrue.errors import ScopeBroken
from ringtrue.ids import OrgId
from ringtrue.storage import call_tx, org_tx, record_tx, request_tx
from ringtrue.storage.sql import Driver, Row, Sql, Value
from ringtrue.storage.sql_statement import EXPRESSION, Result, Touch, read
from ringtrue.storage.sql_text import Unreadable
from ringtrue.storage.tables import PARENTS, TABLES, Table

_OWNER = "org_id"
_FOREIGN = "A statement found a row of another organization."


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """What a statement asks of its values, and what its rows show."""

    names_owner: bool = False
    needs: tuple[tuple[str, str], ...] = ()
    """Tables and the parameters that must hold ids admitted for them."""
    writes: tuple[tuple[str, str], ...] = ()
    """The same, where nothing may be written instead."""
    makes: tuple[str, str] | None = None
    """The table and the parameter with the id of the row that it inserts."""
    owner: str | None = None
    """The column of its rows that names their owner."""
    shows: Mapping[str, str] = field(default_factory=dict)
    """Tables, each with the column of its rows that holds ids of that table."""


OPEN: Mapping[Door, frozenset[str]] = {
    Door.KEY: frozenset((org_tx.KEY_BY_HASH,)),  # who asks is what it finds out
    Door.LINK: frozenset((record_tx.RECORDING,)),  # the signature covers the id of the call
    Door.READINESS: frozenset((call_tx.NEXT_DUE,)),  # nobody is told what it finds
}
FOR_ALL: Mapping[str, Rule] = {
    request_tx.FORGET: Rule(),  # what is over for everybody is forgotten, and nothing comes back
    org_tx.IS_FIRST: Rule(names_owner=True),  # of the others it tells only whether one is older
}
"""Statements that touch rows of everybody, and may be run for anybody."""


class ScopedSql:
    """A driver's transaction for one organization."""

    def __init__(self, sql: Driver, org_id: OrgId) -> None:
        self._sql = sql
        self._org_id = org_id
        self._admitted: defaultdict[str, set[Value]] = defaultdict(set)
        self._seen: list[tuple[Rule, Sequence[Row]]] = []  # looked through for ids once one is asked for
        self.locked = sql.locked
        self.skip_locked = sql.skip_locked

    def one(self, statement: str, **values: Value) -> Row | None:
        """The first row, if any. Raises ScopeBroken."""
        rule = self._checked(statement, values)
        row = self._sql.first(statement, values)
        if row is not None:
            if rule.owner is not None and row[rule.owner] != self._org_id:
                raise ScopeBroken(_FOREIGN)
            if rule.shows:
                self._seen.append((rule, (row,)))
        return row

    def all(self, statement: str, **values: Value) -> Sequence[Row]:
        """Every row. Raises ScopeBroken."""
        rule = self._checked(statement, values)
        found = self._sql.rows(statement, values)
        if rule.owner is not None:
            for row in found:
                if row[rule.owner] != self._org_id:
                    raise ScopeBroken(_FOREIGN)
        if rule.shows:
            self._seen.append((rule, found))
        return found

    def change(self, statement: str, values: Mapping[str, Value]) -> int:
        """How many rows were written. Raises Duplicate, ScopeBroken."""
        rule = self._checked(statement, values)
        n_written = self._sql.change(statement, values)
        # An INSERT that gave way to a row that is there made none, and that row may be anybody's.
        if rule.makes is not None and n_written == 1:
            table, parameter = rule.makes
            self._admitted[table].add(values[parameter])
        return n_written

    def _checked(self, statement: str, values: Mapping[str, Value]) -> Rule:
        rule = rule_of(statement)
        if rule.names_owner and values.get(_OWNER) != self._org_id:
            raise ScopeBroken("A statement named another organization than its transaction is for.")
        for table, parameter in rule.needs:
            value = values.get(parameter)
            if value not in self._admitted[table] and not self._is_found(table, value):
                raise ScopeBroken(f"A statement used an id of {table!r} that its transaction has not found to be its own.")
        for table, parameter in rule.writes:
            value = values.get(parameter)
            if value is not None and value not in self._admitted[table] and not self._is_found(table, value):
                raise ScopeBroken(f"A statement wrote an id of {table!r} that its transaction has not found to be its own.")
        return rule

    def _is_found(self, table: str, value: Value) -> bool:
        """Whether a row that came back holds the id."""
        admitted = self._admitted[table]
        for rule, found in self._seen:
            if column := rule.shows.get(table):
                admitted.update([row[column] for row in found])
        admitted.discard(None)
        return value in admitted


class DoorSql:
    """A driver's transaction for whoever asks: it runs the statements that are listed for its door, and nothing else."""

    def __init__(self, sql: Driver, door: Door) -> None:
        self._sql = sql
        self._door = door
        self.locked = sql.locked
        self.skip_locked = sql.skip_locked

    def one(self, statement: str, **values: Value) -> Row | None:
        """The first row, if any. Raises ScopeBroken."""
        self._check(statement)
        return self._sql.first(statement, values)

    def all(self, statement: str, **values: Value) -> Sequence[Row]:
        """Every row. Raises ScopeBroken."""
        self._check(statement)
        return self._sql.rows(statement, values)

    def change(self, statement: str, values: Mapping[str, Value]) -> int:
        """Raises ScopeBroken: nothing is written through a door."""
        raise ScopeBroken(f"A statement would have written through the door {self._door.name!r}.")

    def _check(self, statement: str) -> None:
        if statement not in OPEN[self._door]:
            raise ScopeBroken(f"A statement was run through the door {self._door.name!r} that is not open there.")


def scoped(sql: Driver, scope: Scope | None) -> Sql:
    """The transaction within that scope; None is for workers and the start, who work for everybody."""
    if scope is None:
        return sql
    return DoorSql(sql, scope) if isinstance(scope, Door) else ScopedSql(sql, scope)


@lru_cache(maxsize=4096)
def rule_of(statement: str) -> Rule:
    """What the statement must hold to. Raises ScopeBroken for one that no organization could be served with."""
    if statement in FOR_ALL:
        return FOR_ALL[statement]
    try:
        meant = read(statement)
    except Unreadable as error:
        raise ScopeBroken(f"A statement cannot be read: {error.sentence}") from error
    rules = [_of_touch(touch) for touch in meant.touches]
    owner, shows = _shown(meant.result)
    return Rule(
        names_owner=any(rule.names_owner for rule in rules),
        needs=tuple(dict.fromkeys(need for rule in rules for need in rule.needs)),
        writes=tuple(dict.fromkeys(one for rule in rules for one in rule.writes)),
        makes=next((rule.makes for rule in rules if rule.makes is not None), None),
        owner=owner,
        shows=shows,
    )


def _shown(result: Result | None) -> tuple[str | None, Mapping[str, str]]:
    """The columns of the rows that come back: with their owner, and with ids by their tables."""
    table = TABLES.get(result.table) if result is not None else None
    if result is None or table is None:
        return None, {}
    columns = {**table.references, **({"id": result.table} if result.table in PARENTS else {})}
    shows = {parent: column for column, parent in columns.items() if result.columns is None or column in result.columns}
    is_told = table.owner is not None and (result.columns is None or table.owner in result.columns)
    return table.owner if is_told else None, shows


def _of_touch(touch: Touch) -> Rule:
    table = TABLES.get(touch.table)
    if table is None:
        raise ScopeBroken(f"A statement touched the table {touch.table!r}, of which it is not known whose rows it holds.")
    if touch.verb == "insert":
        return _of_insert(touch, table)
    written = _written(touch, table, touch.written)
    if touch.written.keys() & {table.owner, "id"}:
        raise ScopeBroken(f"A statement gave a row of {touch.table!r} to another owner, or another id.")
    if table.owner is not None:
        if (table.owner, (_OWNER,)) not in touch.conditions.pins:
            raise ScopeBroken(f"A statement touched {touch.table!r} without naming the organization.")
        return Rule(names_owner=True, writes=written)
    return Rule(needs=_bound(touch, table), writes=written)


def _bound(touch: Touch, table: Table) -> tuple[tuple[str, str], ...]:
    """The ids that a statement on rows without an owner hangs on. Raises ScopeBroken where there is none."""
    keys = {**table.references, **({"id": touch.table} if touch.table in PARENTS else {})}
    pinned = dict(reversed(touch.conditions.pins))
    for column, parent in keys.items():
        if column in pinned:
            return tuple((parent, parameter) for parameter in pinned[column])
    if any((parent, their) == (table.references.get(column), "id") for column, parent, their in touch.conditions.links):
        return ()  # it hangs on a row of the same statement, which is checked itself
    raise ScopeBroken(f"A statement touched {touch.table!r} without an id that says whose rows they are.")


def _of_insert(touch: Touch, table: Table) -> Rule:
    owners = [column for column in (table.owner, *table.references) if touch.written.get(str(column), EXPRESSION) != EXPRESSION]
    if (table.owner is not None and touch.written.get(table.owner) != _OWNER) or not owners:
        raise ScopeBroken(f"A statement wrote a row of {touch.table!r} without saying whose it is.")
    written = _written(touch, table, touch.written)
    conflict = touch.conflict
    if conflict is not None:
        keeps_owner = {table.owner, *table.references} & (conflict.target | conflict.same)
        if not keeps_owner or (table.owner is not None and table.owner not in keeps_owner):
            raise ScopeBroken(f"A statement could write over a row of {touch.table!r} that is somebody else's.")
        if any(value not in (EXPRESSION, f"excluded.{column}") for column, value in conflict.sets.items()):
            raise ScopeBroken(f"A statement wrote over {touch.table!r} with something else than it was to insert.")
    made = touch.written.get("id", EXPRESSION)
    makes = (touch.table, made) if touch.table in PARENTS and made != EXPRESSION else None
    if table.owner is not None:
        return Rule(names_owner=True, writes=written, makes=makes)
    needed = next(column for column in owners if column is not None)
    return Rule(needs=((table.references[needed], touch.written[needed]),), writes=written, makes=makes)


def _written(touch: Touch, table: Table, values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The ids of other rows that are written. Raises ScopeBroken for one that is not a parameter."""
    found = []
    for column, parent in table.references.items():
        if column in values:
            if values[column] == EXPRESSION:
                raise ScopeBroken(f"A statement computed an id that it wrote to {touch.table!r}.")
            found.append((parent, values[column]))
    return tuple(found)
