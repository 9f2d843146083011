"""An organization with a number and the shipped example as its project, on a real store: where use cases are tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ringtrue import ids
from ringtrue.agents.files import YamlProjectFiles, example
from ringtrue.calls import advance, claim, dial_policy, keys, place, projects, receive
from ringtrue.calls.dial_policy import DialPolicy
from ringtrue.calls.place import PlaceCall
from ringtrue.calls.store import Tx
from ringtrue.domain.call import Call
from ringtrue.domain.facts import Answered, Fact, Ringing
from ringtrue.domain.lifecycle import Decision
from ringtrue.domain.records import LegRow, Number, Organization, Project, ProjectVersion
from ringtrue.ids import CallId, LegId, WorkerId
from ringtrue.testing.clock import START

CALLEE = "+14155550123"
OUR_NUMBER = "+14155550100"
ANNA: Mapping[str, object] = {
    "first_name": "Anna",
    "appointment": "2027-03-04T10:30",
    "offers": ["2027-03-05T09:00", "2027-03-08T14:15"],
}
WORKER = WorkerId("worker_1")
LEASE = timedelta(seconds=20)
POLICY = DialPolicy(has_trunk=True, simulated=False, home_country="US", countries=("US",))
FILES = YamlProjectFiles()


@dataclass(frozen=True, kw_only=True, slots=True)
class Office:
    """What a test starts from."""

    org: Organization
    project: Project
    version: ProjectVersion


def open_office(tx: Tx, *, name: str = "Bright Clinic", number: str | None = OUR_NUMBER, at: datetime = START) -> Office:
    """An organization with the example applied, and a number that reaches it."""
    org = keys.create_org(tx, name, at=at)
    applied = projects.apply(tx, org.id, "appointment", example(), files=FILES, at=at)
    if number is not None:
        tx.put_number(Number(e164=number, org_id=org.id, project_id=applied.project.id, created_at=at))
    return Office(org=org, project=applied.project, version=applied.version)


def request(office: Office, **changes: object) -> PlaceCall:
    """A request to call Anna now."""
    plain = PlaceCall(org_id=office.org.id, callee=CALLEE, project=office.project.name, json_data=ANNA)
    return replace(plain, **changes)  # type: ignore[arg-type]  # the fields are given by name


def placed(tx: Tx, office: Office, *, at: datetime = START, policy: DialPolicy = POLICY, **changes: object) -> Call:
    """A call that was accepted."""
    return place.place(tx, request(office, **changes), files=FILES, policy=policy, at=at)


def leg_row(call: Call, name: str = "leg_out") -> LegRow:
    """The leg of one ring."""
    return LegRow(
        id=LegId(name),
        call_id=call.id,
        sip_call_id=f"{name}@ringtrue.invalid",
        remote_tag=None,
        is_inbound=False,
        snapshot='{"state": "intended"}',
        updated_at=START,
    )


def refusal(tx: Tx, call: Call, *, policy: DialPolicy = POLICY) -> str | None:
    """The rule that forbids to ring the call by now."""
    return dial_policy.refusal(tx, call, files=FILES, policy=policy)


def claimed(tx: Tx, call: Call, *, at: datetime = START, worker: WorkerId = WORKER) -> Call:
    """The call once a worker claimed it: dialled."""
    found = claim.claim_one(tx, call.id, worker, lambda one: leg_row(one, f"leg_{one.id}"), refusal, at=at, lease_for=LEASE)
    if found is None:
        raise AssertionError(f"{call.id} is not to be rung")
    return found.call


def ringing(tx: Tx, call: Call, *, at: datetime = START) -> Call:
    """The call once the far side rings."""
    return happened(tx, call.id, Ringing(sip_status=180), at=at).call


def answered(tx: Tx, call: Call, *, at: datetime = START) -> Call:
    """The call once it was answered."""
    number = tx.next_conversation(call.org_id, call.thread_id, call.id, at)
    return happened(tx, call.id, Answered(conversation_id=number), at=at).call


def happened(tx: Tx, call_id: CallId, fact: Fact, *, at: datetime = START) -> Decision:
    """What follows from the fact."""
    return advance.advance(tx, call_id, fact, at=at)


def arrival(name: str = "a", *, dialled: str = OUR_NUMBER, caller: str | None = CALLEE) -> receive.Arrived:
    """An INVITE to our number."""
    return receive.Arrived(
        leg_id=ids.LegId(f"leg_{name}"),
        sip_call_id=f"{name}@peer.invalid",
        remote_tag=f"tag-{name}",
        dialled=dialled,
        caller=caller,
        snapshot='{"state": "early"}',
    )


def received(tx: Tx, coming: receive.Arrived, *, at: datetime = START, worker: WorkerId = WORKER) -> Call | None:
    """The inbound call of that INVITE."""
    return receive.receive(tx, coming, worker, files=FILES, home_country="US", at=at, lease_for=LEASE)
