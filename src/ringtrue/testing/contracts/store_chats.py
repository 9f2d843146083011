"""The contract of the store port: messages of calls and chats, where chats stand, and what threads used."""

from __future__ import annotations

from dataclasses import replace

from ringtrue.calls.store import Store, Tx
from ringtrue.domain.call import Call, CallStatus, Stage
from ringtrue.domain.messages import Chat, NewMessage, ThreadUsage
from ringtrue.domain.utterance import Utterance
from ringtrue.ids import CallId, ThreadId
from ringtrue.testing.contracts.store_samples import (
    AT,
    ORG,
    PROJECT,
    SECOND,
    THREAD,
    VERSION,
    add_owners,
    read,
    waiting_call,
    write,
    write_all,
)

CALL = replace(waiting_call("1"), status=CallStatus.ONGOING, stage=Stage.ANSWERED, started_at=AT, conversation_id=1)
OTHER = replace(THREAD, id=ThreadId("thread_2"))


def _said(content: str, *, start_ms: int = 0, role: str = "agent") -> Utterance:
    plain = Utterance(role="agent", content=content, generated=content, words=(), start_ms=start_ms, end_ms=start_ms)
    return plain if role == "agent" else replace(plain, role="user")


def _line(name: str, *, at: int = 0, thread: ThreadId = THREAD.id, is_user: bool = False) -> NewMessage:
    return NewMessage(
        id=f"msg_{name}",
        thread_id=thread,
        conversation_id=2,
        role="user" if is_user else "assistant",
        content=name,
        at=AT + at * SECOND,
    )


def _chat(number: int = 1) -> Chat:
    return Chat(
        thread_id=THREAD.id,
        number=number,
        project_id=PROJECT.id,
        version_id=VERSION.id,
        timezone="Asia/Tokyo",
        began_at=AT,
        state='{"step": "who"}',
    )


def _begin(store: Store, *calls: Call) -> None:
    def work(tx: Tx) -> None:
        add_owners(tx)
        tx.add_thread(OTHER)
        for call in calls:
            tx.add_call(call)

    write(store, work)


def _put(store: Store, index: int, utterance: Utterance, call: Call = CALL) -> None:
    write(store, lambda tx: tx.put_utterance(call.id, index, utterance))


class ChatContract:
    """What holds for messages and chats."""

    def test_what_was_said_and_written_is_one_list_newest_first(self, store: Store) -> None:
        """By time; no other thread's."""
        _begin(store, CALL)
        _put(store, 0, _said("hello", start_ms=1500))
        _put(store, 1, _said("yes", start_ms=4200, role="user"))
        write_all(store, lambda tx: tx.add_message(_line("later", at=9)), lambda tx: tx.add_message(_line("x", thread=OTHER.id)))

        found = read(store, lambda tx: tx.page_of_messages(ORG.id, THREAD.id, limit=20))

        assert [(one.content, one.role, one.call_id, one.conversation_id, (one.at - AT) / SECOND) for one in found] == [
            ("later", "assistant", None, 2, 9.0),
            ("yes", "user", CALL.id, 1, 4.2),
            ("hello", "assistant", CALL.id, 1, 1.5),
        ]

    def test_an_utterance_that_grows_stays_one_message_in_its_place(self, store: Store) -> None:
        """Under the same id; whatever came in between."""
        _begin(store, CALL)
        _put(store, 0, _said("good"))
        before = read(store, lambda tx: tx.page_of_messages(ORG.id, THREAD.id, limit=20))
        write(store, lambda tx: tx.add_message(_line("between")))
        _put(store, 0, _said("good morning"))

        between, grown = read(store, lambda tx: tx.page_of_messages(ORG.id, THREAD.id, limit=20))

        assert (between.content, grown) == ("between", replace(before[0], content="good morning"))

    def test_what_is_known_late_comes_last(self, store: Store) -> None:
        """A stretch of speech that began before the last message, and lines of one instant: nothing is added behind a reader."""
        _begin(store, CALL)
        write_all(store, *(lambda tx, name=name: tx.add_message(_line(name, at=9)) for name in ("a", "b")))
        _put(store, 3, _said("late", start_ms=1000))

        found = read(store, lambda tx: tx.page_of_messages(ORG.id, THREAD.id, limit=20))

        assert [one.content for one in found] == ["late", "b", "a"]
        assert found[0].at == AT + SECOND

    def test_what_nobody_heard_is_no_message(self, store: Store) -> None:
        """Nor what belongs to a call that was not answered."""
        _begin(store, CALL, replace(waiting_call("2"), thread_id=OTHER.id))
        _put(store, 0, _said(""))
        write(store, lambda tx: tx.put_utterance(CallId("call_2"), 0, _said("never")))

        assert list(read(store, lambda tx: tx.page_of_messages(ORG.id, THREAD.id, limit=20))) == []
        assert list(read(store, lambda tx: tx.page_of_messages(ORG.id, OTHER.id, limit=20))) == []

    def test_pages_go_both_ways_from_a_place(self, store: Store) -> None:
        """Without it, each the nearest to it, newest first."""
        _begin(store)
        write_all(store, *(lambda tx, name=name: tx.add_message(_line(name)) for name in "abcde"))
        places = {one.content: one.place for one in read(store, lambda tx: tx.page_of_messages(ORG.id, THREAD.id, limit=20))}

        older = read(store, lambda tx: tx.page_of_messages(ORG.id, THREAD.id, before=places["d"], limit=2))
        newer = read(store, lambda tx: tx.page_of_messages(ORG.id, THREAD.id, after=places["b"], limit=2))

        assert [one.content for one in older] == ["c", "b"]
        assert [one.content for one in newer] == ["d", "c"]

    def test_a_chat_is_kept_until_it_is_over(self, store: Store) -> None:
        """Only its state and its end change; an older one that was left open is not taken up again."""
        _begin(store)
        for _ in range(2):
            write(store, lambda tx: tx.next_conversation(ORG.id, THREAD.id, None, AT))
        write_all(store, lambda tx: tx.put_chat(_chat(1)), lambda tx: tx.put_chat(_chat(2)))

        assert read(store, lambda tx: tx.open_chat(THREAD.id)) == _chat(2)
        assert read(store, lambda tx: tx.open_chat(OTHER.id)) is None
        write(store, lambda tx: tx.put_chat(replace(_chat(2), state="{}", timezone="UTC")))
        assert read(store, lambda tx: tx.open_chat(THREAD.id)) == replace(_chat(2), state="{}")
        write(store, lambda tx: tx.put_chat(replace(_chat(2), is_over=True)))
        assert read(store, lambda tx: tx.open_chat(THREAD.id)) is None

    def test_erased_chats_leave_the_calls(self, store: Store) -> None:
        """And no state."""
        _begin(store, CALL)
        _put(store, 0, _said("hello"))
        write(store, lambda tx: tx.next_conversation(ORG.id, THREAD.id, None, AT))
        write_all(store, lambda tx: tx.put_chat(_chat()), lambda tx: tx.add_message(_line("written")))

        write(store, lambda tx: tx.erase_chats(THREAD.id))

        assert [one.content for one in read(store, lambda tx: tx.page_of_messages(ORG.id, THREAD.id, limit=20))] == ["hello"]
        assert read(store, lambda tx: tx.open_chat(THREAD.id)) is None

    def test_usage_counts_answers_and_adds_up_conversations(self, store: Store) -> None:
        """What the party wrote and what was said in calls costs no message; a call in progress no minute yet."""
        _begin(store, replace(CALL, duration_ms=61_500), replace(CALL, id=CallId("call_2"), duration_ms=None))
        _put(store, 0, _said("hello"))
        write_all(store, lambda tx: tx.add_message(_line("question", is_user=True)), lambda tx: tx.add_message(_line("answer")))

        assert read(store, lambda tx: tx.usage(ORG.id, THREAD.id)) == ThreadUsage(n_answers=1, voice_ms=61_500)
        assert read(store, lambda tx: tx.usage(ORG.id, OTHER.id)) == ThreadUsage(n_answers=0, voice_ms=0)
