"""The store port: what a use case may read and write inside one transaction.

`Tx` methods are plain and synchronous. Every write of one `work` is committed together or not at all; `work` may be run
again after a conflict, so it must have no effect but on its `Tx`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from ringtrue.calls.store_chats import ChatTx
from ringtrue.calls.store_dialling import DiallingTx
from ringtrue.calls.store_webhooks import WebhookTx
from ringtrue.domain.call import Call
from ringtrue.domain.effects import QueuedEffect
from ringtrue.domain.event import Event
from ringtrue.domain.listing import CallsWanted, Place
from ringtrue.domain.records import (
    ApiKey,
    EffectRow,
    IntentRow,
    KeyedRequest,
    Lease,
    LegRow,
    Number,
    Organization,
    Project,
    ProjectVersion,
    Recording,
    Suppression,
    Thread,
)
from ringtrue.domain.utterance import Utterance
from ringtrue.ids import CallId, OrgId, ProjectId, ThreadId, VersionId, WorkerId

T = TypeVar("T")


class OrgTx(Protocol):
    """Organizations, keys, projects, numbers, threads."""

    def add_org(self, org: Organization) -> None: ...
    def orgs(self) -> Sequence[Organization]:
        """All of them, oldest first."""
        ...

    def is_first_org(self, org_id: OrgId) -> bool:
        """Whether it is the oldest one."""
        ...

    def add_api_key(self, key: ApiKey) -> None: ...
    def api_key_by_hash(self, key_hash: str) -> ApiKey | None:
        """The key of that hash, revoked ones too."""
        ...

    def api_keys(self, org_id: OrgId) -> Sequence[ApiKey]:
        """Those that are not revoked, oldest first."""
        ...

    def revoke_api_key(self, org_id: OrgId, key_id: str, at: datetime) -> None: ...
    def touch_api_key(self, org_id: OrgId, key_id: str, at: datetime) -> None: ...

    def add_project(self, project: Project) -> None: ...
    def project(self, org_id: OrgId, project_id: ProjectId) -> Project | None: ...
    def project_by_name(self, org_id: OrgId, name: str) -> Project | None: ...
    def projects(self, org_id: OrgId) -> Sequence[Project]:
        """All of them, by name."""
        ...

    def add_version(self, version: ProjectVersion) -> None: ...
    def version(self, version_id: VersionId) -> ProjectVersion | None: ...
    def version_of(self, project_id: ProjectId, version_id: VersionId) -> ProjectVersion | None:
        """The version when it is one of the project's."""
        ...

    def versions(self, project_id: ProjectId, *, below: int | None, limit: int) -> Sequence[ProjectVersion]:
        """The project's versions, newest first, at most `limit`, with numbers below that one."""
        ...

    def latest_version(self, project_id: ProjectId) -> ProjectVersion | None: ...

    def put_number(self, number: Number) -> None:
        """Insert or replace it. Raises Duplicate when another organization has it."""
        ...

    def number(self, e164: str) -> Number | None:
        """Whosever it is: for calls that arrive."""
        ...

    def number_of(self, org_id: OrgId, e164: str) -> Number | None: ...
    def numbers(self, org_id: OrgId) -> Sequence[Number]:
        """All of them, oldest first."""
        ...

    def drop_number(self, org_id: OrgId, e164: str) -> None: ...
    def suppress(self, org_id: OrgId, party: str, reason: str, at: datetime) -> None:
        """Never ring this party again; repeating it changes nothing."""
        ...

    def suppression(self, org_id: OrgId, party: str) -> Suppression | None: ...
    def drop_suppression(self, org_id: OrgId, party: str) -> None: ...
    def is_suppressed(self, org_id: OrgId, party: str) -> bool: ...

    def add_thread(self, thread: Thread) -> None: ...
    def put_thread(self, thread: Thread) -> None:
        """Replace its alias and its zone."""
        ...

    def thread(self, org_id: OrgId, thread_id: ThreadId) -> Thread | None: ...
    def newest_thread(self, org_id: OrgId, project_id: ProjectId, party: str) -> Thread | None: ...
    def calls_of_thread(self, org_id: OrgId, thread_id: ThreadId) -> Sequence[Call]: ...


class CallTx(Protocol):
    """Calls, the queue, leases, legs, intents, events, effects."""

    def add_call(self, call: Call) -> None: ...
    def call(self, call_id: CallId) -> Call | None:
        """The call, whosever it is, locked against other writers until the transaction ends: for workers."""
        ...

    def locked_call_of(self, org_id: OrgId, call_id: CallId) -> Call | None:
        """The call when it is this organization's, locked against other writers until the transaction ends."""
        ...

    def call_of(self, org_id: OrgId, call_id: CallId) -> Call | None:
        """The call when it is this organization's; not locked."""
        ...

    def put_call(self, call: Call) -> None:
        """Replace the row. Only `calls.advance` may change its status."""
        ...

    def due_calls(self, now: datetime, limit: int) -> Sequence[CallId]:
        """Waiting calls whose `due_at` came, earliest first, skipping those another worker is just claiming."""
        ...

    def next_due(self) -> datetime | None:
        """The earliest `due_at` of a waiting call."""
        ...

    def overdue_calls(self, now: datetime, limit: int) -> Sequence[CallId]:
        """Calls whose `deadline_at` passed, in any state that is not terminal."""
        ...

    def next_conversation(self, org_id: OrgId, thread_id: ThreadId, call_id: CallId | None, at: datetime) -> int:
        """A new conversation of the thread, by phone or without a call; numbers grow and are never used twice."""
        ...

    def lease(self, call_id: CallId) -> Lease | None: ...
    def put_lease(self, lease: Lease) -> None: ...
    def drop_lease(self, call_id: CallId) -> None: ...
    def renew_leases(self, worker_id: WorkerId, until: datetime) -> int:
        """Extend every lease of the worker; returns how many."""
        ...

    def lost_leases(self, now: datetime) -> Sequence[Lease]:
        """Leases that expired."""
        ...

    def leases_not_of(self, worker_id: WorkerId) -> Sequence[Lease]:
        """Every lease of another worker, expired or not."""
        ...

    def asked_calls(self, worker_id: WorkerId) -> Sequence[CallId]:
        """Calls leased by the worker for which a client asked a cancel or a hang-up."""
        ...

    def put_leg(self, leg: LegRow) -> None:
        """Insert or replace by id."""
        ...

    def legs(self, call_id: CallId) -> Sequence[LegRow]: ...
    def inbound_leg(self, sip_call_id: str, remote_tag: str) -> LegRow | None: ...
    def add_intent(self, intent: IntentRow) -> None:
        """Raises when the call already has one: a call rings once."""
        ...

    def intent(self, call_id: CallId) -> IntentRow | None: ...

    def add_event(self, event: Event) -> None: ...
    def events(self, call_id: CallId, *, after: int = 0, limit: int = 1000) -> Sequence[Event]: ...

    def add_effect(self, call_id: CallId, kind: QueuedEffect, due_at: datetime) -> None: ...
    def due_effects(self, now: datetime, limit: int) -> Sequence[EffectRow]: ...
    def drop_effect(self, effect_id: int) -> None: ...
    def delay_effect(self, effect_id: int, due_at: datetime) -> None:
        """Try again at `due_at`; counts the attempt."""
        ...


class RecordTx(Protocol):
    """The record of a call: transcript, recording, outcome, analysis. JSON goes in and out as text."""

    def put_utterance(self, call_id: CallId, index: int, utterance: Utterance) -> None:
        """Insert or replace the utterance at its place (from 0)."""
        ...

    def utterances(self, call_id: CallId) -> Sequence[Utterance]: ...
    def put_recording(self, recording: Recording) -> None: ...
    def recording(self, call_id: CallId) -> Recording | None: ...
    def put_outcome(self, call_id: CallId, outcome_json: str) -> None: ...
    def outcome(self, call_id: CallId) -> str | None: ...
    def put_analysis(self, call_id: CallId, analysis_json: str) -> None: ...
    def analysis(self, call_id: CallId) -> str | None: ...
    def drop_analysis(self, call_id: CallId) -> None:
        """Harmless when there is none."""
        ...


class TurnTx(Protocol):
    """The turns of a call: their log in pieces, and what was measured of them as JSON text."""

    def put_turn_log(self, call_id: CallId, piece: int, data: bytes) -> None:
        """Insert or replace one piece of the log, from 0."""
        ...

    def turn_log(self, call_id: CallId) -> Sequence[bytes]:
        """The pieces in order; none where no log was kept."""
        ...

    def put_turns(self, call_id: CallId, turns_json: str) -> None: ...
    def turns(self, call_id: CallId) -> str | None: ...


class ListTx(Protocol):
    """Lists, newest first."""

    def page_of_calls(self, org_id: OrgId, wanted: CallsWanted, *, after: Place | None, limit: int) -> Sequence[Call]:
        """The organization's calls that come after that place, at most `limit`."""
        ...

    def page_of_threads(
        self, org_id: OrgId, project_id: ProjectId | None, *, after: Place | None, limit: int
    ) -> Sequence[Thread]:
        """The organization's threads, of one project or of all, that come after that place, at most `limit`."""
        ...

    def recordings_of(self, call_ids: Sequence[CallId]) -> Mapping[CallId, Recording]:
        """The state of these calls' audio, where one is known."""
        ...


class RequestTx(Protocol):
    """Requests under idempotency keys."""

    def keyed_request(self, org_id: OrgId, key: str) -> KeyedRequest | None:
        """The organization's request under that key, locked against other writers until the transaction ends."""
        ...

    def put_keyed_request(self, request: KeyedRequest) -> None:
        """Insert or replace it."""
        ...

    def drop_keyed_request(self, org_id: OrgId, key: str) -> None: ...
    def drop_keyed_requests(self, before: datetime) -> None:
        """Forget those that began earlier, whosever they are."""
        ...


class Tx(OrgTx, CallTx, RecordTx, TurnTx, ListTx, RequestTx, DiallingTx, WebhookTx, ChatTx, Protocol):
    """Everything one transaction can do."""


class Store(Protocol):
    """The database."""

    async def run(self, work: Callable[[Tx], T]) -> T:
        """One writing transaction in one thread hop, repeated on conflict: `work` has no side effects."""
        ...

    async def read(self, work: Callable[[Tx], T]) -> T:
        """One reading transaction: a consistent view that waits for no writer. `work` must not write."""
        ...
