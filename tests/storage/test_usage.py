"""What a thread used is the sum of what is in it, whatever that is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ringtrue.calls import threads
from ringtrue.calls.threads import Prices
from ringtrue.domain.messages import MessageRole, NewMessage
from ringtrue.domain.utterance import Utterance
from ringtrue.ids import CallId, ThreadId
from ringtrue.storage.tx import SqlTx
from ringtrue.testing.contracts.store_chats import CALL
from ringtrue.testing.contracts.store_samples import AT, ORG, THREAD

OTHER = ThreadId("thread_other")
Trial = Callable[[Callable[[SqlTx], None]], None]
durations = st.lists(st.tuples(st.booleans(), st.none() | st.integers(0, 10**8)), max_size=8)
lines = st.lists(st.tuples(st.booleans(), st.sampled_from(("user", "assistant"))), max_size=12)
amounts = st.decimals(0, 1000, allow_nan=False, places=4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(calls=durations, written=lines, per_message=amounts, per_minute=amounts)
def test_usage_is_the_sum_of_calls_and_messages(
    trial: Trial,
    calls: Sequence[tuple[bool, int | None]],
    written: Sequence[tuple[bool, MessageRole]],
    per_message: Decimal,
    per_minute: Decimal,
) -> None:
    """Of this thread alone; what was said in a call is no message to be paid."""

    def check(tx: SqlTx) -> None:
        tx.add_thread(replace(THREAD, id=OTHER))
        for number, (is_here, duration_ms) in enumerate(calls):
            thread_id = THREAD.id if is_here else OTHER
            call = replace(CALL, id=CallId(f"call_u{number}"), thread_id=thread_id, duration_ms=duration_ms)
            tx.add_call(call)
            said = Utterance(role="agent", content="hello", generated="hello", words=(), start_ms=0, end_ms=1)
            tx.put_utterance(call.id, 0, said)
        for number, (is_here, role) in enumerate(written):
            thread_id = THREAD.id if is_here else OTHER
            tx.add_message(NewMessage(id=f"msg_u{number}", thread_id=thread_id, conversation_id=1, role=role, content="x", at=AT))

        used = threads.usage(tx, ORG.id, THREAD.id, Prices(message=per_message, minute=per_minute))

        n_answers = sum(is_here and role == "assistant" for is_here, role in written)
        exact = Decimal(sum(duration_ms or 0 for is_here, duration_ms in calls if is_here)) / 60_000
        assert used.n_answers == n_answers
        assert 0 <= used.minutes - exact < Decimal("0.01")
        assert used.message_cost == per_message * n_answers
        assert used.voice_cost == per_minute * used.minutes
        assert used.total_cost == used.message_cost + used.voice_cost

    trial(check)
