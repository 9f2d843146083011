"""The room of lists: pages of calls and threads, newest first, at the same cost however many calls there are.

Each mix of filters has an index that holds its calls in the order of the list (the first migration), but an index follows one
value of each column. So several values are as many short walks, joined: five statuses by three kinds at the most.
"""

# ruff: noqa: S608 - statements are put together of this file's own names; every value is a parameter

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ringtrue.domain.call import Call, CallStatus, CallType, Direction
from ringtrue.domain.listing import CallsWanted, Place
from ringtrue.domain.records import Recording, Thread
from ringtrue.ids import CallId, OrgId, ProjectId
from ringtrue.storage import rows
from ringtrue.storage.marks import mark
from ringtrue.storage.sql import Sql, Value

_ORDER = "ORDER BY created_at DESC, id DESC LIMIT :limit"
_BEHIND = "(created_at, id) < (:after_at, :after_id)"
_FEW = 2_000  # of a million calls, that many share a page with a common mark about once in 10,000 rows: some 10 ms
_KINDS = {
    "w": (CallType.WEB, None),
    "i": (CallType.PHONE, Direction.INBOUND),
    "o": (CallType.PHONE, Direction.OUTBOUND),
}


class ListRoom:
    """Pages of calls and threads."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def page_of_calls(self, org_id: OrgId, wanted: CallsWanted, *, after: Place | None, limit: int) -> Sequence[Call]:
        """The organization's calls that come after that place, at most `limit`."""
        values: dict[str, Value] = {"org_id": org_id, "limit": limit}
        walks = _walks(wanted, after, values)
        if not walks:
            return []
        statement = _joined(walks)
        if wanted.metadata:
            marked = _marked(wanted, after, values)
            if self._are_few(walks, values):
                marks = _marks(range(len(wanted.metadata)), created_at="calls.created_at", call_id="calls.id")
                statement = _joined([[*conditions, *marks] for conditions in walks])
            else:
                statement = marked
        return [rows.to_call(row) for row in self._sql.all(statement, **values)]

    def _are_few(self, walks: Sequence[Sequence[str]], values: Mapping[str, Value]) -> bool:
        """Whether so few calls fulfil what is asked for beside metadata that each can be looked at."""
        looked = [f"SELECT id FROM calls WHERE {' AND '.join(conditions)} LIMIT :few" for conditions in walks]
        joined = " UNION ALL ".join(f"SELECT * FROM ({walk}) AS walk_{number}" for number, walk in enumerate(looked))
        row = self._sql.one(f"SELECT count(*) AS n_found FROM ({joined}) AS walks", **{**values, "few": _FEW})
        return row is not None and row["n_found"] < _FEW

    def page_of_threads(
        self, org_id: OrgId, project_id: ProjectId | None, *, after: Place | None, limit: int
    ) -> Sequence[Thread]:
        """The organization's threads, of one project or of all, that come after that place, at most `limit`."""
        conditions, values = ["org_id = :org_id"], dict[str, Value](org_id=org_id, limit=limit)
        if project_id is not None:
            conditions.append("project_id = :project_id")
            values["project_id"] = project_id
        if after is not None:
            conditions.append(_BEHIND)
            values["after_at"], values["after_id"] = rows.micros(after.created_at), after.id
        found = self._sql.all(f"SELECT * FROM threads WHERE {' AND '.join(conditions)} {_ORDER}", **values)
        return [rows.to_thread(row) for row in found]

    def recordings_of(self, call_ids: Sequence[CallId]) -> Mapping[CallId, Recording]:
        """The state of these calls' audio, where one is known."""
        names = {f"id_{number}": call_id for number, call_id in enumerate(call_ids)}
        if not names:
            return {}
        places = ", ".join(f":{name}" for name in names)
        found = self._sql.all(f"SELECT * FROM recordings WHERE call_id IN ({places})", **names)
        return {recording.call_id: recording for recording in map(rows.to_recording, found)}


def _joined(walks: Sequence[Sequence[str]]) -> str:
    """The statement of one walk, or of several that are joined in the list's order."""
    each = [f"SELECT * FROM calls WHERE {' AND '.join(conditions)} {_ORDER}" for conditions in walks]
    if len(each) == 1:
        return each[0]
    joined = " UNION ALL ".join(f"SELECT * FROM ({walk}) AS walk_{number}" for number, walk in enumerate(each))
    return f"SELECT * FROM ({joined}) AS walks {_ORDER}"


def _marks(numbers: Iterable[int], *, created_at: str, call_id: str) -> list[str]:
    """The conditions that a call of a walk has those marks."""
    return [
        f"EXISTS (SELECT 1 FROM call_metadata AS other WHERE other.org_id = :org_id AND other.mark = :mark_{number}"
        f" AND other.created_at = {created_at} AND other.call_id = {call_id})"
        for number in numbers
    ]


def _marked(wanted: CallsWanted, after: Place | None, values: dict[str, Value]) -> str:
    """A walk of the calls with the first mark, from where the page begins; each is looked up, and left out where it has not the
    others or what else is asked for. It costs as much as it leaves out; where that could be nearly all, see `_are_few`."""
    for number, (key, told) in enumerate(sorted(wanted.metadata)):
        values[f"mark_{number}"] = mark(key, told)
    found = ["marked.org_id = :org_id", "marked.mark = :mark_0", "calls.org_id = :org_id", "calls.id = marked.call_id"]
    others = range(1, len(wanted.metadata))
    found += _marks(others, created_at="marked.created_at", call_id="marked.call_id")
    if after is not None:
        found.append("(marked.created_at, marked.call_id) < (:after_at, :after_id)")
        values["after_at"], values["after_id"] = rows.micros(after.created_at), after.id
    if wanted.created_from is not None:
        found.append("marked.created_at >= :created_from")
        values["created_from"] = rows.micros(wanted.created_from)
    if wanted.created_to is not None:
        found.append("marked.created_at <= :created_to")
        values["created_to"] = rows.micros(wanted.created_to)
    for column, chosen in (
        ("thread_id", [wanted.thread_id] if wanted.thread_id is not None else []),
        ("project_id", [wanted.project_id] if wanted.project_id is not None else []),
        ("status", sorted(wanted.statuses)),
        ("kind", _kinds(wanted)),
    ):
        if chosen or column == "kind":
            names = {f"{column}_{number}": value for number, value in enumerate(chosen)}
            values.update(names)
            found.append(f"calls.{column} IN ({', '.join(f':{name}' for name in names)})")
    # The order of the two is the order of the walk (https://sqlite.org/optoverview.html#crossjoin).
    return (
        f"SELECT calls.* FROM call_metadata AS marked CROSS JOIN calls WHERE {' AND '.join(found)} "
        "ORDER BY marked.created_at DESC, marked.call_id DESC LIMIT :limit"
    )


def _walks(wanted: CallsWanted, after: Place | None, values: dict[str, Value]) -> list[list[str]]:
    """The conditions of each walk; their values are added to `values`."""
    common = ["org_id = :org_id"]
    for column, value in (("thread_id", wanted.thread_id), ("project_id", wanted.project_id)):
        if value is not None:
            common.append(f"{column} = :{column}")
            values[column] = value
    if wanted.created_from is not None:
        common.append("created_at >= :created_from")
        values["created_from"] = rows.micros(wanted.created_from)
    if wanted.created_to is not None:
        common.append("created_at <= :created_to")
        values["created_to"] = rows.micros(wanted.created_to)
    if after is not None:
        common.append(_BEHIND)
        values["after_at"], values["after_id"] = rows.micros(after.created_at), after.id
    statuses = _choices("status", sorted(wanted.statuses), len(CallStatus), values)
    kinds = _choices("kind", _kinds(wanted), len(_KINDS), values)
    return [[*common, *status, *kind] for status in statuses for kind in kinds]


def _choices(column: str, chosen: Sequence[str], most: int, values: dict[str, Value]) -> list[list[str]]:
    """A condition for each chosen value; one that is none where every value will do, or none was named."""
    if (column == "status" and not chosen) or len(chosen) == most:
        return [[]]
    values.update({f"{column}_{number}": value for number, value in enumerate(chosen)})
    return [[f"{column} = :{column}_{number}"] for number in range(len(chosen))]


def _kinds(wanted: CallsWanted) -> list[str]:
    """Those of which both the type and the direction are wanted; a web call has no direction."""
    return [
        kind
        for kind, (call_type, direction) in _KINDS.items()
        if (not wanted.call_types or call_type in wanted.call_types) and (not wanted.directions or direction in wanted.directions)
    ]
