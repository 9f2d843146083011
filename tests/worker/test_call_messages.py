"""What a call says becomes messages of its thread while it runs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ringtrue.domain.call import CallStatus
from ringtrue.testing.contracts.store_samples import AT, SECOND, waiting_call

CALL = waiting_call("a", deadline_at=AT + 2000 * SECOND)


def messages(worker: Any) -> list[Any]:
    """The messages of the call's thread, oldest first."""
    return list(reversed(worker.store.now(lambda tx: tx.page_of_messages(CALL.org_id, CALL.thread_id, limit=100))))


def test_the_transcript_and_the_messages_are_the_same_words(play: Any) -> None:
    """From the first word on, each utterance once, in the transcript's order, at the second in which it began."""

    async def test(worker: Any) -> None:
        worker.add(CALL)
        ring = await worker.ring()
        ring.leg.ring()
        assert messages(worker) == []
        ring.leg.answer(worker.clock.now())
        await worker.status(CALL.id, CallStatus.ONGOING)
        await worker.clock.sleep(1)
        early = messages(worker)
        await worker.clock.sleep(4)
        ring.leg.press("1")
        over = await worker.over(CALL.id)

        late, transcript = messages(worker), worker.store.now(lambda tx: tx.utterances(CALL.id))
        assert [one.content for one in late] == [one.content for one in transcript if one.content]
        assert "[keys 1]" in [one.content for one in late if one.role == "user"]
        assert (early[0].id, early[0].place) == (late[0].id, late[0].place)
        assert len(early[0].content) < len(late[0].content)
        assert [one.at - over.started_at for one in late] == [
            timedelta(milliseconds=one.start_ms) for one in transcript if one.content
        ]
        assert {(one.call_id, one.conversation_id) for one in late} == {(CALL.id, over.conversation_id)}

    play(test)
