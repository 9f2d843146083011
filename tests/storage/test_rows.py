"""Every row reads back as it was written, whatever its values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ringtrue.domain.call import Call, CallLimits, CallStatus, CallType, Direction, Stage
from ringtrue.domain.disposition import Cause, Disposition
from ringtrue.domain.event import Event
from ringtrue.domain.records import (
    ApiKey,
    IntentRow,
    Lease,
    LegRow,
    Number,
    Organization,
    Project,
    ProjectVersion,
    Recording,
    RecordingStatus,
    Thread,
)
from ringtrue.domain.utterance import Utterance, Word
from ringtrue.ids import CallId, LegId, OrgId, ProjectId, ThreadId, VersionId, WorkerId
from ringtrue.storage import rows
from ringtrue.storage.database import connect
from ringtrue.storage.sql import SqliteSql
from ringtrue.storage.tx import SqlTx
from ringtrue.testing.contracts.store_samples import ORG, PROJECT, THREAD, VERSION, add_owners, waiting_call

# NUL and lone surrogates are refused at the HTTP border: PostgreSQL stores neither.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
maybe_texts = st.none() | texts
instants = st.datetimes(datetime(1900, 1, 1), datetime(2300, 1, 1), timezones=st.just(UTC))
maybe_instants = st.none() | instants
counts = st.integers(0, 2**53)
maybe_counts = st.none() | counts
small = st.none() | st.integers(0, 999)
durations = st.integers(0, 10**9).map(lambda ms: timedelta(milliseconds=ms))
CALL = waiting_call("1")
call_ids = st.just(CALL.id)

calls = st.builds(
    Call,
    id=st.just(CallId("call_new")),
    org_id=st.just(ORG.id),
    project_id=st.just(PROJECT.id),
    version_id=st.just(VERSION.id),
    thread_id=st.just(THREAD.id),
    call_type=st.sampled_from(CallType),
    direction=st.sampled_from(Direction),
    from_number=maybe_texts,
    to_number=maybe_texts,
    status=st.sampled_from(CallStatus),
    stage=st.sampled_from(Stage),
    created_at=instants,
    scheduled_for=maybe_instants,
    due_at=maybe_instants,
    deadline_at=maybe_instants,
    limits=st.builds(CallLimits, ring=durations, total=durations),
    json_data=texts,
    metadata=texts,
    timezone=maybe_texts,
    cancel_asked=st.booleans(),
    hang_up_asked=st.booleans(),
    conversation_id=small,
    started_at=maybe_instants,
    ended_at=maybe_instants,
    duration_ms=maybe_counts,
    disposition=st.none() | st.sampled_from(Disposition),
    cause=st.none() | st.builds(Cause, sip_status=st.integers(100, 699), q850=small, carrier_code=maybe_texts),
    simulated=st.booleans(),
    opt_out=st.booleans(),
    fence=counts,
    last_event=counts,
)
utterances = st.builds(
    Utterance,
    role=st.sampled_from(["agent", "user", "transfer_target"]),
    content=texts,
    generated=texts,
    words=st.lists(
        st.builds(Word, word=texts, start_ms=counts, end_ms=counts, timing=st.sampled_from(["measured", "estimated"])), max_size=3
    ).map(tuple),
    start_ms=counts,
    end_ms=counts,
    interrupted=st.booleans(),
    dtmf=st.booleans(),
)

Trial = Callable[[Callable[[SqlTx], None]], None]


@pytest.fixture(scope="module")
def trial(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    """Runs a check on a transaction with every owner and one call, and undoes it."""
    path = tmp_path_factory.mktemp("rows") / "ringtrue.db"
    path.write_bytes(empty_database.read_bytes())
    connection = connect(path)
    tx = SqlTx(SqliteSql(connection))

    def run(check: Callable[[SqlTx], None]) -> None:
        connection.execute("BEGIN")
        try:
            add_owners(tx)
            tx.add_call(CALL)
            check(tx)
        finally:
            connection.execute("ROLLBACK")

    yield run
    connection.close()


@given(call=calls)
def test_a_call_round_trips(trial: Trial, call: Call) -> None:
    """Inserted."""

    def check(tx: SqlTx) -> None:
        tx.add_call(call)
        assert tx.call(call.id) == call

    trial(check)


@given(call=calls)
def test_a_replaced_call_round_trips(trial: Trial, call: Call) -> None:
    """Every field but those that say which call it is."""
    changed = replace(call, id=CALL.id, created_at=CALL.created_at, call_type=CALL.call_type, direction=CALL.direction)

    def check(tx: SqlTx) -> None:
        tx.put_call(changed)
        assert tx.call(CALL.id) == changed

    trial(check)


@given(
    org=st.builds(Organization, id=st.just(OrgId("org_new")), name=texts, created_at=instants),
    key=st.builds(
        ApiKey,
        id=texts,
        org_id=st.just(ORG.id),
        name=texts,
        scope=st.sampled_from(["admin", "full", "read"]),
        key_hash=texts,
        created_at=instants,
        last_used_at=maybe_instants,
        revoked_at=maybe_instants,
    ),
)
def test_organizations_and_keys_round_trip(trial: Trial, org: Organization, key: ApiKey) -> None:
    """Both as they were."""

    def check(tx: SqlTx) -> None:
        tx.add_org(org)
        tx.add_api_key(key)
        assert org in tx.orgs()
        assert tx.api_key_by_hash(key.key_hash) == key

    trial(check)


@given(
    project=st.builds(
        Project, id=st.just(ProjectId("new")), org_id=st.just(ORG.id), name=texts.map("new {}".format), created_at=instants
    ),
    version=st.builds(
        ProjectVersion,
        id=st.just(VersionId("ver_new")),
        project_id=st.just(PROJECT.id),
        number=st.integers(2, 2**31 - 1),
        yaml=texts,
        created_at=instants,
    ),
    number=st.builds(Number, e164=texts, org_id=st.just(ORG.id), project_id=st.just(PROJECT.id), created_at=instants),
)
def test_projects_versions_and_numbers_round_trip(
    trial: Trial, project: Project, version: ProjectVersion, number: Number
) -> None:
    """All as they were."""

    def check(tx: SqlTx) -> None:
        tx.add_project(project)
        tx.add_version(version)
        tx.put_number(number)
        assert tx.project(ORG.id, project.id) == project
        assert tx.version(version.id) == tx.latest_version(PROJECT.id) == version
        assert tx.number(number.e164) == number

    trial(check)


@given(
    thread=st.builds(
        Thread,
        id=st.just(ThreadId("thread_new")),
        org_id=st.just(ORG.id),
        project_id=st.none() | st.just(PROJECT.id),
        party=maybe_texts,
        alias=maybe_texts,
        timezone=maybe_texts,
        email=maybe_texts,
        json_data=texts,
        created_at=instants,
    )
)
def test_a_thread_round_trips(trial: Trial, thread: Thread) -> None:
    """As it was."""

    def check(tx: SqlTx) -> None:
        tx.add_thread(thread)
        assert tx.thread(ORG.id, thread.id) == thread

    trial(check)


@given(
    lease=st.builds(Lease, call_id=call_ids, worker_id=texts.map(WorkerId), fence=counts, expires_at=instants),
    leg=st.builds(
        LegRow,
        id=texts.map(LegId),
        call_id=call_ids,
        sip_call_id=texts,
        remote_tag=maybe_texts,
        is_inbound=st.booleans(),
        snapshot=texts,
        updated_at=instants,
    ),
    intent=st.builds(IntentRow, call_id=call_ids, leg_id=texts.map(LegId), committed_at=instants),
)
def test_leases_legs_and_intents_round_trip(trial: Trial, lease: Lease, leg: LegRow, intent: IntentRow) -> None:
    """All as they were."""

    def check(tx: SqlTx) -> None:
        tx.put_lease(lease)
        tx.put_leg(leg)
        tx.add_intent(intent)
        assert tx.lease(CALL.id) == lease
        assert list(tx.legs(CALL.id)) == [leg]
        assert tx.intent(CALL.id) == intent

    trial(check)


@given(
    event=st.builds(
        Event,
        id=texts,
        call_id=call_ids,
        sequence=st.integers(1, 2**53),
        at=instants,
        kind=texts,
        data=st.dictionaries(texts, st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | texts, max_size=4),
    ),
    utterance=utterances,
    index=st.integers(0, 2**31 - 1),
)
def test_events_and_utterances_round_trip(trial: Trial, event: Event, utterance: Utterance, index: int) -> None:
    """Booleans stay booleans, words stay a tuple."""

    def check(tx: SqlTx) -> None:
        tx.add_event(event)
        tx.put_utterance(CALL.id, index, utterance)
        [stored] = tx.events(CALL.id)
        assert stored == event
        assert [type(value) for value in stored.data.values()] == [type(value) for value in event.data.values()]
        assert list(tx.utterances(CALL.id)) == [utterance]

    trial(check)


@given(
    recording=st.builds(
        Recording,
        call_id=call_ids,
        status=st.sampled_from(RecordingStatus),
        name=maybe_texts,
        duration_ms=maybe_counts,
        channels=small,
        sample_rate_hz=small,
        size_bytes=maybe_counts,
        sha256=maybe_texts,
    ),
    outcome=texts,
    analysis=texts,
)
@settings(max_examples=50)
def test_recordings_outcomes_and_analyses_round_trip(trial: Trial, recording: Recording, outcome: str, analysis: str) -> None:
    """All as they were."""

    def check(tx: SqlTx) -> None:
        tx.put_recording(recording)
        tx.put_outcome(CALL.id, outcome)
        tx.put_analysis(CALL.id, analysis)
        assert (tx.recording(CALL.id), tx.outcome(CALL.id), tx.analysis(CALL.id)) == (recording, outcome, analysis)

    trial(check)


def test_an_instant_in_another_zone_is_the_same_instant() -> None:
    """What is stored is the instant, not its zone."""
    here = datetime(2027, 3, 4, 10, 30, 0, 1, tzinfo=UTC)

    assert rows.instant(rows.micros(here.astimezone(tz=None))) == here


def test_a_naive_instant_is_refused() -> None:
    """Nobody knows when it was."""
    with pytest.raises(TypeError):
        rows.micros(datetime(2027, 3, 4))


@pytest.mark.parametrize(
    ("call_type", "direction", "kind"),
    [
        (CallType.WEB, None, "w"),
        (CallType.PHONE, Direction.INBOUND, "i"),
        (CallType.PHONE, Direction.OUTBOUND, "o"),
    ],
)
def test_kind_joins_type_and_direction(call_type: CallType, direction: Direction | None, kind: str) -> None:
    """One letter for the list indexes."""
    assert rows.call_kind(replace(CALL, call_type=call_type, direction=direction)) == kind


def test_a_phone_call_without_direction_is_refused() -> None:
    """It would be found in no list."""
    with pytest.raises(ValueError, match="no direction"):
        rows.call_kind(replace(CALL, direction=None))


def test_a_cause_without_codes_is_no_cause(trial: Trial) -> None:
    """There is nothing to keep beside the disposition."""

    def check(tx: SqlTx) -> None:
        tx.put_call(replace(CALL, cause=Cause()))
        assert tx.call(CALL.id) == CALL

    trial(check)
