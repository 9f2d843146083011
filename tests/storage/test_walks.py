"""Walking a list by its cursors finds each call once, whatever is added meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ringtrue.calls.read import page_of_calls
from ringtrue.domain.call import CallStatus
from ringtrue.domain.listing import CallsWanted, Place
from ringtrue.ids import CallId
from ringtrue.storage.tx import SqlTx
from ringtrue.testing.contracts.store_samples import AT, ORG, waiting_call

Trial = Callable[[Callable[[SqlTx], None]], None]
CALL = waiting_call("1")
WANTED = {
    "everything": CallsWanted(),
    "one status": CallsWanted(statuses=frozenset((CallStatus.QUEUED,))),
    "two statuses": CallsWanted(statuses=frozenset((CallStatus.QUEUED, CallStatus.ENDED))),
    "metadata": CallsWanted(metadata=frozenset((("batch", "a"),))),
}
# Few instants and statuses, so that many calls share one.
calls = st.tuples(st.integers(0, 6), st.sampled_from([CallStatus.QUEUED, CallStatus.ENDED, CallStatus.ERROR]), st.booleans())


def add(tx: SqlTx, name: str, made: tuple[int, CallStatus, bool]) -> None:
    """A call of that instant and status, with or without the entry."""
    second, status, is_marked = made
    metadata = '{"batch": "a"}' if is_marked else "{}"
    call = replace(CALL, id=CallId(f"call_{name}"), created_at=AT + timedelta(seconds=second), status=status, metadata=metadata)
    tx.add_call(call)


def is_wanted(wanted: CallsWanted, made: tuple[int, CallStatus, bool]) -> bool:
    """Whether a call is one of those that are asked for."""
    return (not wanted.statuses or made[1] in wanted.statuses) and (not wanted.metadata or made[2])


@given(
    before=st.lists(calls, max_size=12),
    meanwhile=st.lists(st.lists(calls, max_size=4), max_size=8),
    limit=st.integers(1, 5),
    name=st.sampled_from(sorted(WANTED)),
)
@settings(deadline=None)
def test_each_call_is_found_once(
    trial: Trial,
    before: list[tuple[int, CallStatus, bool]],
    meanwhile: list[list[tuple[int, CallStatus, bool]]],
    limit: int,
    name: str,
) -> None:
    """Those that were there at the first page all are, in order; those that come between two pages at most once."""
    wanted = WANTED[name]

    def check(tx: SqlTx) -> None:
        for number, made in enumerate(before):
            add(tx, f"before{number:02}", made)
        coming, found, after = list(meanwhile), list[tuple[Place, str]](), None
        while True:
            page = page_of_calls(tx, ORG.id, wanted, after=after, limit=limit)
            found += [(Place(created_at=one.call.created_at, id=one.call.id), one.call.id) for one in page.calls]
            assert len(page.calls) <= limit
            after = page.next_after
            if after is None:
                break
            for number, made in enumerate(coming.pop(0) if coming else []):
                add(tx, f"while{len(coming)}_{number}", made)

        ids = [one for _, one in found]
        assert len(ids) == len(set(ids))
        assert [(place.created_at, place.id) for place, _ in found] == sorted(
            ((place.created_at, place.id) for place, _ in found), reverse=True
        )
        expected = {f"call_before{number:02}" for number, made in enumerate(before) if is_wanted(wanted, made)}
        assert expected <= set(ids)

    trial(check)
