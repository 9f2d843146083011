"""Both clients against the server itself: what one writes the other reads, and nothing is done twice."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from ringtrue.agents.files import example
from ringtrue.calls import keys
from ringtrue.client import Client, Conflict, ConnectionFailed, InvalidRequest, NotFound, PermissionDenied, Unauthorized
from ringtrue.domain.records import Recording, RecordingStatus
from ringtrue.testing.clock import START
from ringtrue.testing.office import ANNA, answered, claimed, placed

if TYPE_CHECKING:
    from conftest import Runner, Site

SOUND = b"RIFF" + bytes(1000)
CALLEE = "+14155550123"


class CutOnce(httpx.BaseTransport):
    """Loses the first answer, after the server has given it."""

    def __init__(self) -> None:
        self._real = httpx.HTTPTransport()
        self.answers: list[httpx.Response] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._real.handle_request(request)
        response.read()
        self.answers.append(response)
        if len(self.answers) == 1:
            raise httpx.ReadError("cut", request=request)
        return response

    def close(self) -> None:
        self._real.close()


def recorded(site: Site) -> str:
    """A call whose recording is ready."""
    call = site.store.run_now(lambda tx: placed(tx, site.office))
    name = site.recordings.name_for(call.org_id, call.id)
    site.recordings.prepare(name).write_bytes(SOUND)
    ready = Recording(call_id=call.id, status=RecordingStatus.READY, name=name, duration_ms=1000)
    site.store.run_now(lambda tx: tx.put_recording(ready))
    return call.id


def admin(site: Site) -> str:
    """A key that can make others."""
    site.store.run_now(lambda tx: keys.issue(tx, site.office.org.id, "admin", "admin", secret="rt_admin", at=START))
    return "rt_admin"


def test_a_call_is_placed_read_and_listed(run_here: Runner) -> None:
    """With its data, in the background."""
    placed = run_here(lambda api: api.calls.create(CALLEE, "appointment", json_data=ANNA, background=True, metadata={"order": 1}))
    call = run_here(lambda api: api.calls.get(placed.call.id))
    listed = run_here(lambda api: api.calls.list(status="queued", project_name="appointment"))

    assert (call.status, call.to_number, call.json_data, call.metadata) == ("queued", CALLEE, ANNA, {"order": 1})
    assert call.thread_id == placed.thread_id
    assert [one.id for one in listed] == [call.id]


def test_a_record_survives_the_client(run_here: Runner, site: Site) -> None:
    """The model gives back what the server sent, to the last field."""
    call_id = recorded(site)

    sent = httpx.get(f"{site.url}/calls/{call_id}", headers={"Authorization": "rt_right"}, trust_env=False).json()

    assert run_here(lambda api: api.calls.get(call_id)).to_dict() == sent
    assert list(run_here(lambda api: api.calls.get(call_id)).to_dict()) == list(sent)


def test_a_scheduled_call_is_moved_and_cancelled(run_here: Runner) -> None:
    """Into the future, by an offset; then it can be neither again."""
    later = {"json_data": ANNA, "scheduled_for": "2027-03-05T10:30", "timezone": "Europe/Berlin"}
    call_id = run_here(lambda api: api.calls.create(CALLEE, "appointment", **later)).call.id

    moved = run_here(lambda api: api.calls.reschedule(call_id, "2027-03-06T10:30:00+01:00"))
    cancelled = run_here(lambda api: api.calls.cancel(call_id))

    assert moved.scheduled_for.startswith("2027-03-06T09:30:00")
    assert (cancelled.status, cancelled.disconnection_reason) == ("ended", "cancelled")
    with pytest.raises(Conflict) as caught:
        run_here(lambda api: api.calls.cancel(call_id))
    assert caught.value.code == "wrong_state"


def test_a_call_is_checked(run_here: Runner) -> None:
    """What would happen, and that nothing did."""
    fine = run_here(lambda api: api.calls.check(CALLEE, "appointment", json_data=ANNA))
    emergency = run_here(lambda api: api.calls.check("911", "appointment", json_data=ANNA))

    assert (fine.allowed, fine.code) == (True, None)
    assert emergency.allowed is False
    assert emergency.code
    assert run_here(lambda api: api.calls.list()) == []


def test_a_call_in_progress_is_hung_up(run_here: Runner, site: Site) -> None:
    """The record as it is now; its worker ends it."""
    call = site.store.run_now(lambda tx: answered(tx, claimed(tx, placed(tx, site.office))))

    assert run_here(lambda api: api.calls.hangup(call.id)).status == "ongoing"
    stored = site.store.read_now(lambda tx: tx.call(call.id))
    assert stored is not None
    assert stored.hang_up_asked


def test_a_project_is_applied_and_read(run_here: Runner) -> None:
    """Text of every script survives, in its versions too."""
    survey = example().replace("name: appointment", "name: survey", 1).replace("Bright Clinic", "Klinik Zoë 🙂")

    applied = run_here(lambda api: api.projects.apply("survey", survey))

    assert applied.version == 1
    assert run_here(lambda api: api.projects.get("survey")) == applied
    assert [one.name for one in run_here(lambda api: api.projects.list())] == ["appointment", "survey"]
    assert [one.yaml for one in run_here(lambda api: api.projects.versions("survey"))] == [survey]


def test_a_faulty_project_names_line_and_column(run_here: Runner) -> None:
    """Every mistake."""
    with pytest.raises(InvalidRequest) as caught:
        run_here(lambda api: api.projects.apply("survey", "name: survey\nlangage: en-US\n"))

    assert (2, 1) in [fault.loc[:2] for fault in caught.value.errors]


def test_a_thread_is_made_changed_and_listed(run_here: Runner) -> None:
    """A call can be placed in it."""
    own = {"project_name": "appointment", "timezone": "Europe/Berlin", "json_data": ANNA}
    thread_id = run_here(lambda api: api.threads.create(**own)).thread_id

    changed = run_here(lambda api: api.threads.update(thread_id, alias="Anna"))
    call = run_here(lambda api: api.calls.create_in_thread(thread_id, CALLEE, "appointment", scheduled_for="2027-03-05T10:30Z"))

    assert (changed.alias, changed.timezone) == ("Anna", "Europe/Berlin")
    assert run_here(lambda api: api.threads.update(thread_id, alias=None)).alias is None
    assert run_here(lambda api: api.threads.get(thread_id)).usage.total_cost == 0
    assert [one.id for one in run_here(lambda api: api.threads.list(project_name="appointment"))] == [thread_id]
    assert run_here(lambda api: api.calls.get(call.id)).thread_id == thread_id


def test_numbers_and_suppressions_are_set_and_dropped(run_here: Runner) -> None:
    """A suppressed number is refused before it rings."""
    run_here(lambda api: api.numbers.set("+14155550101", "appointment"))
    run_here(lambda api: api.suppressions.set(CALLEE, reason="asked"))

    with pytest.raises(PermissionDenied) as refused:
        run_here(lambda api: api.calls.create(CALLEE, "appointment", json_data=ANNA))

    assert refused.value.code == "suppressed"
    assert run_here(lambda api: api.suppressions.get(CALLEE)).reason == "asked"
    assert "+14155550101" in [one.number for one in run_here(lambda api: api.numbers.list())]
    run_here(lambda api: api.numbers.drop("+14155550101"))
    run_here(lambda api: api.suppressions.drop(CALLEE))
    with pytest.raises(NotFound):
        run_here(lambda api: api.suppressions.get(CALLEE))


def test_a_key_is_made_used_and_revoked(run_here: Runner, site: Site) -> None:
    """It opens until then."""
    key = admin(site)

    made = run_here(lambda api: api.api_keys.create("ci", scope="read"), api_key=key)
    assert made.id in [one.id for one in run_here(lambda api: api.api_keys.list(), api_key=key)]
    assert run_here(lambda api: api.threads.list(), api_key=made.key) == []
    with pytest.raises(PermissionDenied):
        run_here(lambda api: api.threads.create(), api_key=made.key)
    run_here(lambda api: api.api_keys.revoke(made.id), api_key=key)

    with pytest.raises(Unauthorized):
        run_here(lambda api: api.threads.list(), api_key=made.key)


def test_many_calls_are_listed_in_pages(run_here: Runner, site: Site) -> None:
    """Each once, newest first."""
    made = [site.store.run_now(lambda tx: placed(tx, site.office)).id for _ in range(105)]

    found = [one.id for one in run_here(lambda api: api.calls.list())]

    assert len(found) == len(set(found)) == 105
    assert set(found) == set(made)


def test_a_lost_answer_does_not_ring_twice(site: Site) -> None:
    """The server did it; the client asks again under the same key and is told the same."""
    transport = CutOnce()
    slept: list[float] = []
    with Client(site.url, "rt_right", transport=transport, sleep=slept.append) as client:
        placed = client.calls.create(CALLEE, "appointment", json_data=ANNA, background=True)

        assert [call.id for call in client.calls.list()] == [placed.call.id]
    assert len(slept) == 1
    assert transport.answers[1].headers["Idempotency-Replayed"] == "true"


def test_a_new_key_whose_answer_was_lost_is_a_conflict(site: Site) -> None:
    """What is shown once is not kept: the caller learns that there is a key to revoke."""
    with (
        Client(site.url, admin(site), transport=CutOnce(), sleep=lambda _: None) as client,
        pytest.raises(Conflict) as caught,
    ):
        client.api_keys.create("ci")

    assert caught.value.code == "idempotency_answer_not_kept"


@pytest.mark.parametrize("call_id", ["call_0", "../projects", "a/b?c=d#e", "..", "%2e%2e", "a\nb", "🙂"])
def test_an_unknown_id_is_not_found(run_here: Runner, call_id: str) -> None:
    """Whatever it holds, it names a call."""
    with pytest.raises(NotFound, match=r"There is no such call|There is nothing at this address") as caught:
        run_here(lambda api: api.calls.get(call_id))

    assert caught.value.request_id
    assert caught.value.problem["type"] == "urn:ringtrue:problem:not_found"


def test_a_wrong_key_is_refused(run_here: Runner) -> None:
    """Like every other refusal."""
    with pytest.raises(Unauthorized) as caught:
        run_here(lambda api: api.projects.list(), api_key="rt_wrong")

    assert caught.value.code == "unauthorized"


def test_readiness_is_a_yes_or_no(run_here: Runner, site: Site) -> None:
    """And never an exception."""
    assert run_here(lambda api: api.is_ready()) is True
    site.is_ready = False
    assert run_here(lambda api: api.is_ready()) is False


def test_a_recording_is_downloaded(run_here: Runner, site: Site, tmp_path: Path) -> None:
    """By the call's id, and the link in its record opens it without a key."""
    call_id = recorded(site)

    run_here(lambda api: api.calls.download_recording(call_id, tmp_path / "a.wav"))
    link = run_here(lambda api: api.calls.get(call_id)).recording_url

    assert (tmp_path / "a.wav").read_bytes() == SOUND
    assert httpx.get(link, trust_env=False).content == SOUND


def test_a_recording_that_is_not_there_leaves_no_file(run_here: Runner, site: Site, tmp_path: Path) -> None:
    """Neither whole nor in part."""
    call = site.store.run_now(lambda tx: placed(tx, site.office))
    (tmp_path / "out").mkdir()

    with pytest.raises((NotFound, Conflict)):
        run_here(lambda api: api.calls.download_recording(call.id, tmp_path / "out" / "a.wav"))

    assert list((tmp_path / "out").iterdir()) == []


def test_where_nobody_listens_nobody_answers(run_here: Runner) -> None:
    """One exception that says how to start a server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"

        with pytest.raises(ConnectionFailed, match="ringtrue serve"):
            run_here(lambda api: api.calls.get("call_1"), base_url=url)

    assert len(run_here.slept) == 4


def test_the_environments_proxies_are_not_used(run_here: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server on this machine is not behind one."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")

    assert run_here(lambda api: api.is_ready()) is True
