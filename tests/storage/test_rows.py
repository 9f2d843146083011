"""Every row reads back as it was written, whatever its values."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringtrue.domain.call import Call, CallLimits, CallStatus, CallType, Direction, Stage
from ringtrue.domain.disposition import Cause, Disposition
from ringtrue.domain.records import (
    ApiKey,
    Number,
    Organization,
    Project,
    ProjectVersion,
    Thread,
)
from ringtrue.ids import CallId, OrgId, ProjectId, ThreadId, VersionId
from ringtrue.storage import rows
from ringtrue.storage.tx import SqlTx
from ringtrue.testing.contracts.store_samples import ORG, PROJECT, THREAD, VERSION, waiting_call

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
    metadata=st.dictionaries(texts, texts | st.integers() | st.booleans() | st.none(), max_size=3).map(json.dumps),
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
Trial = Callable[[Callable[[SqlTx], None]], None]


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
