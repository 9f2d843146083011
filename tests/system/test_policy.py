"""What policy forbids, seen from the wire: a far end that counts INVITEs gets none."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from .busy_peer import BusyPeer
from .server import DATA, UNLIMITED, Server, wait_for

pytestmark = pytest.mark.realtime

CORPUS = Path(__file__).parents[1] / "data" / "forbidden_numbers.txt"


def http(server: Server) -> httpx.Client:
    """A client with the server's key."""
    key = (server.data / "api-key").read_text().strip()
    return httpx.Client(base_url=server.url, headers={"Authorization": key}, timeout=30)


def request(callee: str, **more: Any) -> dict[str, Any]:
    """The body of a call for now."""
    return {"callee": callee, "project_id": "appointment", "json_data": json.dumps(DATA), "background": True, **more}


@pytest.mark.scenario("forbidden-numbers")
def test_no_forbidden_number_is_ever_rung(tmp_path: Path) -> None:
    """Over 300 destinations, on both routes and for later: 403 or 422 with a code, no call, and not one INVITE."""
    lines = [line.partition(" ") for line in CORPUS.read_text().splitlines()[1:]]
    callees = [json.loads(callee) for _, _, callee in lines]
    soon = (datetime.now(UTC) + timedelta(seconds=2)).isoformat()
    with BusyPeer() as peer, Server(tmp_path / "data", *UNLIMITED, "--trunk", peer.uri) as server, http(server) as client:
        thread = client.post("/threads", json={}).json()["thread_id"]
        wrong = {}
        for index, callee in enumerate(callees):
            way = (("/voice/phone-call", {}), (f"/voice/{thread}/phone-call", {}), ("/voice/phone-call", {"scheduled_for": soon}))
            path, more = way[index % 3]
            answer = client.post(path, json=request(callee, **more))
            checked = client.post("/calls/check", json=request(callee))
            problem = answer.json()
            is_refused = answer.status_code in (403, 422) and re.fullmatch("[a-z_]+", problem["code"])
            is_checked = checked.status_code == 422 or checked.json()["code"] == problem["code"]
            if not (is_refused and is_checked and checked.status_code in (200, 422)):
                wrong[callee] = (answer.status_code, answer.text, checked.text)
        assert wrong == {}
        assert list(server.client.calls.list(limit=10)) == []
        assert peer.count == 0

        server.complete(server.place("+14155550123"))  # one that may be rung comes through, so that none could have been missed

    assert dict(peer.rings).keys() == {"+14155550123"}
    assert peer.count == 1


@pytest.mark.scenario("policy-changed-before-dialling")
def test_a_number_suppressed_after_scheduling_is_not_rung(tmp_path: Path) -> None:
    """`error`, `policy_refused`, and no INVITE; the one beside it rings."""
    with BusyPeer() as peer, Server(tmp_path / "data", *UNLIMITED, "--trunk", peer.uri) as server, http(server) as client:
        at = (datetime.now(UTC) + timedelta(seconds=6)).isoformat()
        refused = server.place("+14155550123", scheduled_for=at)
        rung = server.place("+14155550124", scheduled_for=at)
        assert client.put("/suppressions/+14155550123", json={"reason": "asked"}).status_code == 201
        records = [server.complete(call_id) for call_id in (refused, rung)]

    assert [(one["status"], one["disconnection_reason"]) for one in records] == [
        ("error", "policy_refused"),
        ("ended", "dial_busy"),
    ]
    assert records[0]["end_timestamp"] is not None
    assert list(peer.rings) == ["+14155550124"]


@pytest.mark.scenario("internal-destinations")
def test_extensions_and_sip_addresses_are_dialled_as_they_are(tmp_path: Path) -> None:
    """An extension at the trunk without the prefix for outside, a URI as the Request-URI; nothing else of either kind."""
    inside = ("--internal-destination", "2XX", "--internal-destination", "sip:*@pbx.example.com", "--dial-format", "9:national")
    with BusyPeer() as peer, Server(tmp_path / "data", "--trunk", peer.uri, *inside) as server, http(server) as client:
        for callee in ("203", "sip:anna@PBX.example.com", "+14155550123"):
            record = server.complete(server.place(callee))
            assert record["to_number"] == callee.replace("PBX", "pbx")
        for callee in ("303", "sip:anna@example.com", "sip:anna@pbx.example.com;maddr=127.0.0.1", "sip:911@pbx.example.com"):
            assert client.post("/voice/phone-call", json=request(callee)).status_code in (403, 422)
        log = server.log.read_text()

    trunk = f"127.0.0.1:{peer.port}"
    assert list(dict.fromkeys(peer.uris)) == [f"sip:203@{trunk}", "sip:anna@pbx.example.com", f"sip:94155550123@{trunk}"]
    assert "anna" not in log
    assert "4155550123" not in log


@pytest.mark.scenario("rescheduled-call")
def test_a_rescheduled_call_rings_at_its_new_instant(tmp_path: Path) -> None:
    """Neither at the old one, nor twice; 0 to 2 s after the new one."""
    with BusyPeer() as peer, Server(tmp_path / "data", *UNLIMITED, "--trunk", peer.uri) as server, http(server) as client:
        began = datetime.now(UTC)
        call_id = server.place(scheduled_for=(began + timedelta(seconds=5)).isoformat())
        instant = began + timedelta(seconds=9)
        moved = client.patch(f"/calls/{call_id}", json={"scheduled_for": instant.isoformat()})
        assert moved.status_code == 200
        wait_for(lambda: peer.count, seconds=20, every=0.005)
        rang = datetime.now(UTC)
        record = server.complete(call_id)

    assert timedelta(0) <= rang - instant <= timedelta(seconds=2)
    assert record["disconnection_reason"] == "dial_busy"
    assert peer.count == 1
