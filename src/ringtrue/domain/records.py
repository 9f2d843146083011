"""The other things that are kept: organizations, keys, projects, numbers, threads, leases, legs, recordings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from ringtrue.domain.effects import QueuedEffect
from ringtrue.ids import CallId, LegId, OrgId, ProjectId, ThreadId, VersionId, WorkerId


@dataclass(frozen=True, kw_only=True, slots=True)
class Organization:
    """Owns everything else."""

    id: OrgId
    name: str
    created_at: datetime


KeyScope = Literal["admin", "full", "read"]


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiKey:
    """An API key; the key itself is never stored, only its SHA-256 (it has 256 random bits, so no slow hash is needed)."""

    id: str
    org_id: OrgId
    name: str
    scope: KeyScope
    key_hash: str
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Project:
    """An AI agent's configuration under a name; its content lives in versions."""

    id: ProjectId
    org_id: OrgId
    name: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectVersion:
    """One immutable content of a project."""

    id: VersionId
    project_id: ProjectId
    number: int
    yaml: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Number:
    """A number of ours: calls to it reach its project."""

    e164: str
    org_id: OrgId
    project_id: ProjectId
    created_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Suppression:
    """A party that is never rung."""

    party: str
    reason: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Thread:
    """What is shared by calls and chats with one party."""

    id: ThreadId
    org_id: OrgId
    project_id: ProjectId | None
    party: str | None
    alias: str | None
    timezone: str | None
    email: str | None
    json_data: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyedRequest:
    """A request under an idempotency key. `token` is of whoever works on it; `is_done`: its effect is committed; `is_answered`:
    `status` and `body` are what the client was told, else what it would have been told at the commit, where that is known."""

    org_id: OrgId
    key: str
    fingerprint: str
    token: str
    begun_at: datetime
    is_done: bool = False
    is_answered: bool = False
    status: int | None = None
    body: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Lease:
    """Who may act for a call, until when. A higher fence overrules a lower one."""

    call_id: CallId
    worker_id: WorkerId
    fence: int
    expires_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class LegRow:
    """A leg as a successor needs it; `snapshot` is JSON that only the carrier reads.

    An inbound one is unique by (sip_call_id, remote_tag).
    """

    id: LegId
    call_id: CallId
    sip_call_id: str
    remote_tag: str | None
    is_inbound: bool
    snapshot: str
    updated_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class IntentRow:
    """The decision to ring once; at most one per call."""

    call_id: CallId
    leg_id: LegId
    committed_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class EffectRow:
    """One queued effect; `id` grows with time."""

    id: int
    call_id: CallId
    kind: QueuedEffect
    due_at: datetime
    attempts: int


class RecordingStatus(StrEnum):
    """The state of a call's audio."""

    PENDING = "pending"
    READY = "ready"
    FAILED = "failed"
    NOT_RECORDED = "not_recorded"
    EXPIRED = "expired"


@dataclass(frozen=True, kw_only=True, slots=True)
class Recording:
    """A call's audio file; `name` is relative to the recordings folder."""

    call_id: CallId
    status: RecordingStatus
    name: str | None = None
    duration_ms: int | None = None
    channels: int | None = None
    sample_rate_hz: int | None = None
    size_bytes: int | None = None
    sha256: str | None = None
