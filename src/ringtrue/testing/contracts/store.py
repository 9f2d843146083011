"""The contract of the store port: transactions, owners, threads. Calls and records follow in the two modules beside it.

A test module proves a store by a class that inherits `StoreContract` and gives a fixture `store`: an empty, open store.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from ringtrue.calls.store import Store, Tx
from ringtrue.domain.records import Number, ProjectVersion, Thread
from ringtrue.errors import NotFound
from ringtrue.ids import CallId, ProjectId, ThreadId, VersionId
from ringtrue.testing.contracts.store_calls import CallContract
from ringtrue.testing.contracts.store_chats import ChatContract
from ringtrue.testing.contracts.store_dialling import DiallingContract
from ringtrue.testing.contracts.store_records import RecordContract
from ringtrue.testing.contracts.store_samples import (
    AT,
    ORG,
    OTHER_ORG,
    PROJECT,
    SECOND,
    THREAD,
    VERSION,
    add_owners,
    api_key,
    read,
    waiting_call,
    write,
    write_all,
)
from ringtrue.testing.contracts.store_turns import TurnContract
from ringtrue.testing.contracts.store_webhooks import WebhookContract


class TransactionContract:
    """What holds for any work."""

    def test_work_that_raises_leaves_nothing(self, store: Store) -> None:
        """All writes of one work are kept or none."""

        def work(tx: Tx) -> None:
            tx.add_org(ORG)
            raise NotFound("No.")

        with pytest.raises(NotFound):
            write(store, work)

        assert list(read(store, lambda tx: tx.orgs())) == []

    def test_a_store_goes_on_after_a_failure(self, store: Store) -> None:
        """A work that failed does not harm the next one."""
        with pytest.raises(ZeroDivisionError):
            write(store, lambda _: 1 // 0)

        write(store, lambda tx: tx.add_org(ORG))

        assert list(read(store, lambda tx: tx.orgs())) == [ORG]

    def test_work_sees_its_own_writes(self, store: Store) -> None:
        """What a work wrote it reads back before the commit."""

        def work(tx: Tx) -> int:
            tx.add_org(ORG)
            return len(tx.orgs())

        assert write(store, work) == 1

    def test_a_read_that_writes_is_refused(self, store: Store) -> None:
        """A reading transaction changes nothing."""
        with pytest.raises(RuntimeError):
            read(store, lambda tx: tx.add_org(ORG))

        assert list(read(store, lambda tx: tx.orgs())) == []

    def test_many_works_at_once_all_count(self, store: Store) -> None:
        """Works that are started together run one after another."""
        write(store, add_owners)
        write(store, lambda tx: tx.add_call(waiting_call("1")))

        def count(tx: Tx) -> None:
            call = tx.call(CallId("call_1"))
            assert call is not None
            tx.put_call(replace(call, last_event=call.last_event + 1))

        async def all_at_once() -> None:
            await asyncio.gather(*(store.run(count) for _ in range(20)))

        asyncio.run(all_at_once())

        call = read(store, lambda tx: tx.call(CallId("call_1")))
        assert call is not None
        assert call.last_event == 20


class OwnerContract:
    """Organizations, keys, projects, numbers, threads."""

    def test_organizations_come_oldest_first(self, store: Store) -> None:
        """All organizations, by age."""
        write_all(store, lambda tx: tx.add_org(OTHER_ORG), lambda tx: tx.add_org(ORG))

        assert list(read(store, lambda tx: tx.orgs())) == [ORG, OTHER_ORG]
        assert read(store, lambda tx: tx.is_first_org(ORG.id))
        assert not read(store, lambda tx: tx.is_first_org(OTHER_ORG.id))

    def test_a_key_is_found_by_its_hash(self, store: Store) -> None:
        """Also a revoked one; an unknown hash finds nothing."""
        revoked = replace(api_key("old"), revoked_at=AT + SECOND)
        write(store, add_owners)
        write_all(store, lambda tx: tx.add_api_key(api_key("new")), lambda tx: tx.add_api_key(revoked))

        assert read(store, lambda tx: tx.api_key_by_hash("hash of new")) == api_key("new")
        assert read(store, lambda tx: tx.api_key_by_hash("hash of old")) == revoked
        assert read(store, lambda tx: tx.api_key_by_hash("hash of none")) is None

    def test_a_used_key_remembers_the_latest_use(self, store: Store) -> None:
        """Notes of use that arrive out of order never go back."""
        write(store, add_owners)
        write(store, lambda tx: tx.add_api_key(api_key("new")))

        write(store, lambda tx: tx.touch_api_key(ORG.id, "key_new", AT + SECOND))
        write(store, lambda tx: tx.touch_api_key(ORG.id, "key_new", AT))

        assert read(store, lambda tx: tx.api_key_by_hash("hash of new")) == replace(api_key("new"), last_used_at=AT + SECOND)

    def test_a_project_belongs_to_its_organization(self, store: Store) -> None:
        """Found by id and by name, and by nobody else."""
        write(store, add_owners)

        assert read(store, lambda tx: tx.project(ORG.id, PROJECT.id)) == PROJECT
        assert read(store, lambda tx: tx.project_by_name(ORG.id, "appointment")) == PROJECT
        assert read(store, lambda tx: tx.project(OTHER_ORG.id, PROJECT.id)) is None
        assert read(store, lambda tx: tx.project_by_name(OTHER_ORG.id, "appointment")) is None

    def test_projects_come_by_name(self, store: Store) -> None:
        """An organization's own projects in the order of their names."""
        first = replace(PROJECT, id=ProjectId("22222222"), name="a survey")
        foreign = replace(PROJECT, id=ProjectId("33333333"), org_id=OTHER_ORG.id)
        write(store, add_owners)
        write_all(store, lambda tx: tx.add_project(first), lambda tx: tx.add_project(foreign))

        assert list(read(store, lambda tx: tx.projects(ORG.id))) == [first, PROJECT]

    def test_the_latest_version_has_the_highest_number(self, store: Store) -> None:
        """Ten is after nine, whatever the order of insertion."""
        versions = [
            ProjectVersion(id=VersionId(f"ver_{n}"), project_id=PROJECT.id, number=n, yaml=str(n), created_at=AT) for n in (10, 9)
        ]
        write(store, add_owners)
        write_all(store, *(lambda tx, version=version: tx.add_version(version) for version in versions))

        assert read(store, lambda tx: tx.latest_version(PROJECT.id)) == versions[0]
        assert read(store, lambda tx: tx.version(VERSION.id)) == VERSION
        assert read(store, lambda tx: tx.latest_version(ProjectId("none"))) is None

    def test_a_number_is_replaced(self, store: Store) -> None:
        """Putting a number again points it elsewhere."""
        number = Number(e164="+14155550100", org_id=ORG.id, project_id=PROJECT.id, created_at=AT)
        other = replace(PROJECT, id=ProjectId("22222222"), name="survey")
        write(store, add_owners)
        write_all(store, lambda tx: tx.put_number(number), lambda tx: tx.add_project(other))

        write(store, lambda tx: tx.put_number(replace(number, project_id=other.id)))

        assert read(store, lambda tx: tx.number("+14155550100")) == replace(number, project_id=other.id)
        assert read(store, lambda tx: tx.number("+14155550101")) is None

    def test_numbers_come_oldest_first(self, store: Store) -> None:
        """An organization's numbers by age, so that the first is the caller id."""
        first = Number(e164="+14155550199", org_id=ORG.id, project_id=PROJECT.id, created_at=AT)
        second = replace(first, e164="+14155550100", created_at=AT + SECOND)
        write(store, add_owners)
        write_all(store, lambda tx: tx.put_number(second), lambda tx: tx.put_number(first))

        assert list(read(store, lambda tx: tx.numbers(ORG.id))) == [first, second]
        assert list(read(store, lambda tx: tx.numbers(OTHER_ORG.id))) == []

    def test_a_suppressed_party_stays_so(self, store: Store) -> None:
        """For the one organization; repeating it is harmless."""
        write(store, add_owners)

        write(store, lambda tx: tx.suppress(ORG.id, "+14155550123", "asked", AT))
        write(store, lambda tx: tx.suppress(ORG.id, "+14155550123", "asked again", AT))

        assert read(store, lambda tx: tx.is_suppressed(ORG.id, "+14155550123"))
        assert not read(store, lambda tx: tx.is_suppressed(OTHER_ORG.id, "+14155550123"))
        assert not read(store, lambda tx: tx.is_suppressed(ORG.id, "+14155550124"))

    def test_a_thread_belongs_to_its_organization(self, store: Store) -> None:
        """Found by its owner only."""
        write(store, add_owners)

        assert read(store, lambda tx: tx.thread(ORG.id, THREAD.id)) == THREAD
        assert read(store, lambda tx: tx.thread(OTHER_ORG.id, THREAD.id)) is None

    def test_the_newest_thread_is_the_youngest_of_that_party(self, store: Store) -> None:
        """By creation, then by id; other parties and projects do not count."""
        younger = replace(THREAD, id=ThreadId("thread_0"), created_at=AT + SECOND)
        twin = replace(younger, id=ThreadId("thread_00"))
        foreign = replace(THREAD, id=ThreadId("thread_9"), party="+14155550124", created_at=AT + 2 * SECOND)
        write(store, add_owners)
        write_all(store, *(lambda tx, thread=thread: tx.add_thread(thread) for thread in (younger, twin, foreign)))

        def newest(party: str) -> Thread | None:
            return read(store, lambda tx: tx.newest_thread(ORG.id, PROJECT.id, party))

        assert newest("+14155550123") == twin
        assert newest("+14155550199") is None

    def test_conversations_count_within_their_thread(self, store: Store) -> None:
        """Numbers grow from 1 in each thread."""
        second = replace(THREAD, id=ThreadId("thread_2"))
        call = waiting_call("1")
        write(store, add_owners)
        write_all(store, lambda tx: tx.add_thread(second), lambda tx: tx.add_call(call))

        def next_of(thread_id: ThreadId) -> int:
            return write(store, lambda tx: tx.next_conversation(ORG.id, thread_id, call.id, AT))

        numbers = [next_of(thread_id) for thread_id in (THREAD.id, THREAD.id, second.id)]

        assert numbers == [1, 2, 1]

    def test_a_conversation_needs_a_thread(self, store: Store) -> None:
        """An unknown thread has no conversations, nor has somebody else's."""
        write(store, add_owners)
        with pytest.raises(NotFound):
            write(store, lambda tx: tx.next_conversation(ORG.id, ThreadId("none"), None, AT))
        with pytest.raises(NotFound):
            write(store, lambda tx: tx.next_conversation(OTHER_ORG.id, THREAD.id, None, AT))

    def test_calls_of_a_thread_come_oldest_first(self, store: Store) -> None:
        """The thread's own calls by age."""
        older, younger = waiting_call("2"), replace(waiting_call("1"), created_at=AT + SECOND)
        second = replace(THREAD, id=ThreadId("thread_2"))
        write(store, add_owners)
        write_all(store, lambda tx: tx.add_thread(second), lambda tx: tx.add_call(younger), lambda tx: tx.add_call(older))
        write(store, lambda tx: tx.add_call(replace(waiting_call("3"), thread_id=second.id)))

        assert list(read(store, lambda tx: tx.calls_of_thread(ORG.id, THREAD.id))) == [older, younger]


class StoreContract(
    TransactionContract,
    OwnerContract,
    CallContract,
    RecordContract,
    TurnContract,
    DiallingContract,
    WebhookContract,
    ChatContract,
):
    """The whole suite."""
