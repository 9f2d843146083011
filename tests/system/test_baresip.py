"""baresip calls us and is called: a telephone that shares nothing with us but the protocols."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from ringtrue.agents.files import example

from . import baresip
from .audio import RATE_HZ, channels, lags
from .baresip import Baresip
from .server import Server, wait_for

pytestmark = pytest.mark.realtime


@pytest.fixture
def phone(tmp_path: Path) -> Iterator[Baresip]:
    """A telephone."""
    baresip.present()
    with Baresip(tmp_path / "baresip") as one:
        yield one


def only_call(server: Server) -> str:
    """The id of the only call there is."""
    with closing(sqlite3.connect(server.data / "ringtrue.db")) as database:
        found = database.execute("SELECT id FROM calls").fetchall()
    return str(found[0][0]) if found else ""


def newest_of(server: Server, count: int) -> dict[str, Any] | None:
    """The newest call once there are so many."""
    calls = list(server.client.calls.list(limit=count))
    return calls[0].to_dict() if len(calls) == count else None


def pitch_of(sound: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    """The strongest frequency."""
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return float(spectrum.argmax() * RATE_HZ / len(sound))


@pytest.mark.scenario("baresip-is-called")
def test_baresip_is_called(phone: Baresip, tmp_path: Path) -> None:
    """It answers, its tone is on the caller's channel, and our hang-up reaches it as BYE."""
    with Server(tmp_path / "data", "--trunk", f"sip:127.0.0.1:{phone.port}") as server:
        call_id = server.place()
        server.until(call_id, lambda one: len(one["transcript"] or "") > 60)
        server.client.calls.hangup(call_id)
        record = server.complete(call_id)
        wait_for(lambda: re.search(r"^BYE sip:", phone.log, re.MULTILINE))
        server.client.calls.download_recording(call_id, tmp_path / "recording.wav")

    assert record["disconnection_reason"] == "manual_stopped"
    assert "INVITE sip:+14155550123@127.0.0.1" in phone.log
    assert re.search(r"m=audio \d+ RTP/AVP 0 8 101", phone.log)
    caller, agent = channels(tmp_path / "recording.wav").T
    assert abs(pitch_of(caller[RATE_HZ:]) - baresip.TONE_HZ) < 5
    assert np.abs(caller[RATE_HZ:]).max() > 10_000
    found = lags(phone.heard(), agent, window=RATE_HZ // 2)
    assert len(found) >= 2
    assert max(found) - min(found) <= RATE_HZ // 50


@pytest.mark.scenario("baresip-calls")
def test_baresip_calls(phone: Baresip, tmp_path: Path) -> None:
    """The example answers, a key of RFC 4733 moves it on, and BYE of the caller ends the call."""
    with Server(tmp_path / "data") as server:
        phone.command("dial", f"sip:+14155550100@127.0.0.1:{server.sip_port}")
        call_id = wait_for(lambda: only_call(server), seconds=15)
        server.until(call_id, lambda one: "Press 1 for yes" in (one["transcript"] or ""))
        phone.command("sndcode", "1")
        moved_on = server.until(call_id, lambda one: "You have an appointment" in (one["transcript"] or ""))
        phone.command("hangup")
        record = server.complete(call_id)

    assert "User: [keys 1]" in moved_on["transcript"]
    assert (record["direction"], record["to_number"]) == ("inbound", "+14155550100")
    assert record["from_number"] == baresip.NUMBER
    assert (record["status"], record["disconnection_reason"]) == ("ended", "user_hangup")
    assert record["recording"]["status"] == "ready"


@pytest.mark.scenario("baresip-two-numbers")
def test_each_number_reaches_its_own_project(phone: Baresip, tmp_path: Path) -> None:
    """Two numbers, two projects, two agents; a number that was given up is answered no more."""
    survey = example("appointment").replace("name: appointment", "name: survey", 1).replace("assistant of", "survey of")
    with Server(tmp_path / "data") as server:
        server.client.projects.apply("survey", survey)
        headers = {"Authorization": (server.data / "api-key").read_text().strip()}
        of_survey = f"{server.url}/numbers/+14155550101"
        assert httpx.put(of_survey, json={"project": "survey"}, headers=headers).status_code == 201
        for number, count in (("+14155550100", 1), ("+14155550101", 2)):
            phone.command("dial", f"sip:{number}@127.0.0.1:{server.sip_port}")
            call = wait_for(lambda count=count: newest_of(server, count), seconds=15)  # type: ignore[misc]
            server.until(call["id"], lambda one: len(one["transcript"] or "") > 60)
            phone.command("hangup")
            server.complete(call["id"])
        assert httpx.delete(of_survey, headers=headers).status_code == 204
        phone.command("dial", f"sip:+14155550101@127.0.0.1:{server.sip_port}")
        wait_for(lambda: "404 Not Found" in phone.log)
        records = [server.client.calls.get(one.id).to_dict() for one in reversed(list(server.client.calls.list(limit=9)))]

    assert [(one["to_number"], one["project_name"]) for one in records] == [
        ("+14155550100", "appointment"),
        ("+14155550101", "survey"),
    ]
    assert ["survey of" in one["transcript"] for one in records] == [False, True]


@pytest.mark.scenario("baresip-unknown-number")
def test_baresip_calls_a_number_that_nobody_has(phone: Baresip, tmp_path: Path) -> None:
    """404, and no call."""
    with Server(tmp_path / "data") as server:
        phone.command("dial", f"sip:+14155550177@127.0.0.1:{server.sip_port}")
        wait_for(lambda: "404 Not Found" in phone.log)

        assert only_call(server) == ""
