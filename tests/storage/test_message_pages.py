"""Pages of messages lose nothing and show nothing twice, whatever is added while they are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ringtrue.calls import messages
from ringtrue.domain.messages import MessagePlace, NewMessage
from ringtrue.domain.utterance import Utterance
from ringtrue.ids import CallId
from ringtrue.storage.tx import SqlTx
from ringtrue.testing.contracts.store_chats import CALL
from ringtrue.testing.contracts.store_samples import AT, ORG, THREAD

SPOKEN = replace(CALL, id=CallId("call_spoken"))
Trial = Callable[[Callable[[SqlTx], None]], None]
# A line of the chat at some millisecond, or an utterance that began then, written or said again (it grows).
additions = st.lists(st.tuples(st.booleans(), st.integers(0, 5), st.integers(0, 3000)), max_size=12)


def add(tx: SqlTx, additions: Sequence[tuple[bool, int, int]], *, name: str) -> None:
    """Let the thread grow."""
    for number, (is_spoken, index, at_ms) in enumerate(additions):
        if is_spoken:
            said = Utterance(role="user", content="x", generated="x", words=(), start_ms=at_ms, end_ms=at_ms)
            tx.put_utterance(SPOKEN.id, index, said)
        else:
            tx.add_message(
                NewMessage(
                    id=f"msg_{name}{number}",
                    thread_id=THREAD.id,
                    conversation_id=2,
                    role="user",
                    content="x",
                    at=AT + timedelta(milliseconds=at_ms),
                )
            )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(first=additions, meanwhile=additions, limit=st.integers(1, 5))
def test_reading_back_and_on_sees_every_message_once(
    trial: Trial, first: Sequence[tuple[bool, int, int]], meanwhile: Sequence[tuple[bool, int, int]], limit: int
) -> None:
    """Back to the first message while others come, then on to the last."""

    def check(tx: SqlTx) -> None:
        def walk(start: MessagePlace | None, *, is_newer: bool) -> list[str]:
            seen: list[str] = []
            while True:
                page = messages.page(tx, ORG.id, THREAD.id, start=start, is_newer=is_newer, limit=limit)
                found = [one.id for one in page.messages]
                seen += reversed(found) if is_newer else found
                if not is_newer:
                    add(tx, meanwhile, name=f"late{len(seen)}_")
                if page.next_from is None:
                    return seen
                start = page.next_from

        tx.add_call(SPOKEN)
        add(tx, first, name="first")
        at_first = {one.id for one in tx.page_of_messages(ORG.id, THREAD.id, limit=1000)}
        older = walk(None, is_newer=False)
        everything = list(reversed(tx.page_of_messages(ORG.id, THREAD.id, limit=1000)))
        newer = walk(MessagePlace(0), is_newer=True)

        assert len(older) == len(set(older))
        assert set(older) == at_first
        assert newer == [one.id for one in everything]
        assert [one.place for one in everything] == sorted({one.place for one in everything})

    trial(check)
