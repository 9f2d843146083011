"""The whole first schema, the same table shapes for SQLite and PostgreSQL.

Instants are microseconds since 1970 UTC, durations milliseconds, closed sets text with a CHECK, JSON text. The words in
braces are the only places where the two dialects differ.
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

_DIALECTS = {
    "sqlite": {"big": "INTEGER", "serial": "INTEGER PRIMARY KEY AUTOINCREMENT", "strict": "STRICT"},
    "postgresql": {"big": "BIGINT", "serial": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "strict": ""},
}

_ORGANIZATIONS = (
    """
    CREATE TABLE orgs (
        id TEXT NOT NULL PRIMARY KEY,
        name TEXT NOT NULL,
        created_at {big} NOT NULL
    ) {strict}
    """,
    """
    CREATE TABLE api_keys (
        id TEXT NOT NULL PRIMARY KEY,
        org_id TEXT NOT NULL REFERENCES orgs (id),
        name TEXT NOT NULL,
        scope TEXT NOT NULL CHECK (scope IN ('admin', 'full', 'read')),
        key_hash TEXT NOT NULL UNIQUE,
        created_at {big} NOT NULL,
        last_used_at {big},
        revoked_at {big}
    ) {strict}
    """,
    "CREATE INDEX api_keys_by_org ON api_keys (org_id, created_at)",
    """
    CREATE TABLE projects (
        id TEXT NOT NULL PRIMARY KEY,
        org_id TEXT NOT NULL REFERENCES orgs (id),
        name TEXT NOT NULL,
        created_at {big} NOT NULL,
        UNIQUE (org_id, name)
    ) {strict}
    """,
    """
    CREATE TABLE versions (
        id TEXT NOT NULL PRIMARY KEY,
        project_id TEXT NOT NULL REFERENCES projects (id),
        number INTEGER NOT NULL CHECK (number > 0),
        yaml TEXT NOT NULL,
        created_at {big} NOT NULL,
        UNIQUE (project_id, number)
    ) {strict}
    """,
    """
    CREATE TABLE numbers (
        e164 TEXT NOT NULL PRIMARY KEY,
        org_id TEXT NOT NULL REFERENCES orgs (id),
        project_id TEXT NOT NULL REFERENCES projects (id),
        created_at {big} NOT NULL
    ) {strict}
    """,
    "CREATE INDEX numbers_by_org ON numbers (org_id, created_at, e164)",
    """
    CREATE TABLE suppressions (
        org_id TEXT NOT NULL REFERENCES orgs (id),
        party TEXT NOT NULL,
        reason TEXT NOT NULL,
        created_at {big} NOT NULL,
        PRIMARY KEY (org_id, party)
    ) {strict}
    """,
    """
    CREATE TABLE threads (
        id TEXT NOT NULL PRIMARY KEY,
        org_id TEXT NOT NULL REFERENCES orgs (id),
        project_id TEXT REFERENCES projects (id),
        party TEXT,
        alias TEXT,
        timezone TEXT,
        email TEXT,
        json_data TEXT NOT NULL,
        created_at {big} NOT NULL,
        last_conversation INTEGER NOT NULL DEFAULT 0
    ) {strict}
    """,
    "CREATE INDEX threads_by_party ON threads (org_id, project_id, party, created_at DESC, id DESC)",
)

_CALLS = (
    # `kind` joins type and direction in one column: w web, i inbound, o outbound. Lists by any mix of filters stay flat only so.
    """
    CREATE TABLE calls (
        id TEXT NOT NULL PRIMARY KEY,
        org_id TEXT NOT NULL REFERENCES orgs (id),
        project_id TEXT NOT NULL REFERENCES projects (id),
        version_id TEXT NOT NULL REFERENCES versions (id),
        thread_id TEXT NOT NULL REFERENCES threads (id),
        kind TEXT NOT NULL CHECK (kind IN ('w', 'i', 'o')),
        call_type TEXT NOT NULL CHECK (call_type IN ('phone_call', 'web_call')),
        direction TEXT CHECK (direction IN ('inbound', 'outbound')),
        from_number TEXT,
        to_number TEXT,
        status TEXT NOT NULL CHECK (status IN ('scheduled', 'queued', 'ongoing', 'ended', 'error')),
        stage TEXT NOT NULL CHECK (stage IN ('waiting', 'dialling', 'ringing', 'answered', 'over')),
        created_at {big} NOT NULL,
        scheduled_for {big},
        due_at {big},
        deadline_at {big},
        ring_limit_ms {big} NOT NULL,
        total_limit_ms {big} NOT NULL,
        json_data TEXT NOT NULL,
        metadata TEXT NOT NULL,
        timezone TEXT,
        cancel_asked INTEGER NOT NULL CHECK (cancel_asked IN (0, 1)),
        hang_up_asked INTEGER NOT NULL CHECK (hang_up_asked IN (0, 1)),
        conversation_id INTEGER,
        started_at {big},
        ended_at {big},
        duration_ms {big},
        disposition TEXT,
        cause_sip_status INTEGER,
        cause_q850 INTEGER,
        cause_carrier_code TEXT,
        simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),
        opt_out INTEGER NOT NULL CHECK (opt_out IN (0, 1)),
        fence {big} NOT NULL,
        last_event {big} NOT NULL
    ) {strict}
    """,
    "CREATE INDEX calls_by_order ON calls (org_id, created_at DESC, id DESC)",
    "CREATE INDEX calls_by_thread ON calls (org_id, thread_id, created_at DESC, id DESC)",
    "CREATE INDEX calls_by_project ON calls (org_id, project_id, created_at DESC, id DESC)",
    "CREATE INDEX calls_by_status ON calls (org_id, status, created_at DESC, id DESC)",
    "CREATE INDEX calls_by_kind ON calls (org_id, kind, created_at DESC, id DESC)",
    "CREATE INDEX calls_by_status_kind ON calls (org_id, status, kind, created_at DESC, id DESC)",
    "CREATE INDEX calls_by_project_status ON calls (org_id, project_id, status, created_at DESC, id DESC)",
    "CREATE INDEX calls_by_project_kind ON calls (org_id, project_id, kind, created_at DESC, id DESC)",
    "CREATE INDEX calls_by_project_status_kind ON calls (org_id, project_id, status, kind, created_at DESC, id DESC)",
    # SQLite uses a partial index only for a query that repeats its condition word for word.
    "CREATE INDEX calls_due ON calls (due_at, id) WHERE stage = 'waiting'",
    "CREATE INDEX calls_with_deadline ON calls (deadline_at, id) WHERE status IN ('scheduled', 'queued', 'ongoing')",
    """
    CREATE TABLE conversations (
        thread_id TEXT NOT NULL REFERENCES threads (id),
        number INTEGER NOT NULL CHECK (number > 0),
        call_id TEXT NOT NULL REFERENCES calls (id),
        started_at {big} NOT NULL,
        PRIMARY KEY (thread_id, number)
    ) {strict}
    """,
    """
    CREATE TABLE leases (
        call_id TEXT NOT NULL PRIMARY KEY REFERENCES calls (id),
        worker_id TEXT NOT NULL,
        fence {big} NOT NULL,
        expires_at {big} NOT NULL
    ) {strict}
    """,
    "CREATE INDEX leases_by_worker ON leases (worker_id, call_id)",
    "CREATE INDEX leases_by_expiry ON leases (expires_at, call_id)",
    """
    CREATE TABLE legs (
        id TEXT NOT NULL PRIMARY KEY,
        call_id TEXT NOT NULL REFERENCES calls (id),
        sip_call_id TEXT NOT NULL,
        remote_tag TEXT,
        is_inbound INTEGER NOT NULL CHECK (is_inbound IN (0, 1)),
        snapshot TEXT NOT NULL,
        updated_at {big} NOT NULL
    ) {strict}
    """,
    "CREATE INDEX legs_by_call ON legs (call_id, id)",
    # One INVITE is one call, however often it is retransmitted (RFC 3261 section 8.2.2.2).
    "CREATE UNIQUE INDEX legs_inbound ON legs (sip_call_id, remote_tag) WHERE is_inbound = 1",
    # The primary key is the promise that a call rings once. The leg's own row follows in the same transaction.
    """
    CREATE TABLE dial_intents (
        call_id TEXT NOT NULL PRIMARY KEY REFERENCES calls (id),
        leg_id TEXT NOT NULL,
        committed_at {big} NOT NULL
    ) {strict}
    """,
)

_RECORDS = (
    """
    CREATE TABLE events (
        call_id TEXT NOT NULL REFERENCES calls (id),
        sequence {big} NOT NULL CHECK (sequence > 0),
        id TEXT NOT NULL,
        at {big} NOT NULL,
        kind TEXT NOT NULL,
        data TEXT NOT NULL,
        PRIMARY KEY (call_id, sequence)
    ) {strict}
    """,
    """
    CREATE TABLE effects (
        id {serial},
        call_id TEXT NOT NULL REFERENCES calls (id),
        kind TEXT NOT NULL CHECK (kind IN ('finish_recording', 'analyse')),
        due_at {big} NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0
    ) {strict}
    """,
    "CREATE INDEX effects_due ON effects (due_at, id)",
    """
    CREATE TABLE utterances (
        call_id TEXT NOT NULL REFERENCES calls (id),
        idx INTEGER NOT NULL CHECK (idx >= 0),
        data TEXT NOT NULL,
        PRIMARY KEY (call_id, idx)
    ) {strict}
    """,
    """
    CREATE TABLE recordings (
        call_id TEXT NOT NULL PRIMARY KEY REFERENCES calls (id),
        status TEXT NOT NULL CHECK (status IN ('pending', 'ready', 'failed', 'not_recorded', 'expired')),
        name TEXT,
        duration_ms {big},
        channels INTEGER,
        sample_rate_hz INTEGER,
        size_bytes {big},
        sha256 TEXT
    ) {strict}
    """,
    "CREATE TABLE outcomes (call_id TEXT NOT NULL PRIMARY KEY REFERENCES calls (id), data TEXT NOT NULL) {strict}",
    "CREATE TABLE analyses (call_id TEXT NOT NULL PRIMARY KEY REFERENCES calls (id), data TEXT NOT NULL) {strict}",
)


def upgrade() -> None:
    """Create every table and index."""
    words = _DIALECTS[op.get_bind().dialect.name]
    for statement in (*_ORGANIZATIONS, *_CALLS, *_RECORDS):
        op.execute(statement.format_map(words))
