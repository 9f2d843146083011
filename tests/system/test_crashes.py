"""Processes killed in the middle: nothing stuck, nobody left ringing or talking to nobody, nobody rung twice."""

from __future__ import annotations

import os
import signal
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from .server import Phone, Server, children, descendants, is_alive, wait_for

pytestmark = pytest.mark.realtime


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder."""
    return tmp_path / "data"


@pytest.fixture
def patient() -> Iterator[Phone]:
    """Somebody who listens and never presses a key."""
    with Phone("--persona", "silent", "--answer-after", "0.2") as phone:
        yield phone


def hearing_of(server: Server) -> int:
    """The hearing process of that server."""
    return next(pid for pid, command in descendants(media_of(server)).items() if "hearing_child" in command)


def media_of(server: Server) -> int:
    """The media process."""
    return next(pid for pid, command in children(server.process.pid).items() if "ringtrue.child media" in command)


def speaking(server: Server, call_id: str) -> None:
    """Wait until the agent is in the middle of its first sentences."""
    server.until(call_id, lambda record: len(record["transcript"] or "") > 20)
    time.sleep(1.0)


@pytest.mark.scenario("kill-main-mid-call")
def test_the_main_process_is_killed_in_a_call(folder: Path, patient: Phone) -> None:
    """Children gone in 2 s; a successor on the same ports says BYE, closes the record and does not dial again."""
    first = Server(folder, "--trunk", patient.uri)
    call_id = first.place()
    speaking(first, call_id)
    below = list(descendants(first.process.pid))
    assert len(below) == 2

    first.stop(signal.SIGKILL)
    killed = time.time()
    wait_for(lambda: not any(is_alive(pid) for pid in below), seconds=2.0)
    with Server(folder, "--trunk", patient.uri, port=first.port, sip_port=first.sip_port) as second:
        record = second.complete(call_id)
        wait_for(lambda: patient.happened("ended"))
        time.sleep(1.0)
        assert second.client.calls.get(call_id).status == "error"

    assert (record["status"], record["disconnection_reason"]) == ("error", "error_worker_lost")
    assert [event["by"] for event in patient.happened("ended")] == ["party"]
    assert len(patient.happened("ringing")) == 1
    assert record["recording"]["status"] == "ready"
    assert abs(record["recording"]["duration_ms"] - record["duration_ms"]) <= 20
    assert record["end_timestamp"] <= killed + 1
    recordings = list(folder.glob("recordings/**/*.wav"))
    with wave.open(str(recordings[0])) as audio:
        assert audio.getnframes() * 1000 // 8000 == record["recording"]["duration_ms"] > 1000


@pytest.mark.scenario("kill-media-mid-call")
def test_the_media_process_is_killed_in_a_call(folder: Path, patient: Phone) -> None:
    """It is started again on the same port; the call is closed, the party hears BYE, the API never went away."""
    with Server(folder, "--trunk", patient.uri) as server:
        call_id = server.place()
        speaking(server, call_id)
        victim = media_of(server)
        speech = list(descendants(victim))

        os.kill(victim, signal.SIGKILL)
        wait_for(lambda: not any(is_alive(pid) for pid in speech), seconds=2.0)
        record = server.complete(call_id)
        wait_for(lambda: patient.happened("ended"))
        wait_for(server.client.is_ready)
        assert media_of(server) != victim
        again = server.place()
        server.until(again, lambda one: one["status"] == "ongoing")

    assert record["disconnection_reason"] == "error_worker_lost"
    assert [event["call"] for event in patient.happened("ringing")] == [1, 2]


@pytest.mark.scenario("kill-speech-mid-call")
def test_the_speech_process_is_killed_in_a_call(folder: Path, patient: Phone) -> None:
    """The call ends as `error_tts` with BYE; the next call has a voice again."""
    with Server(folder, "--trunk", patient.uri) as server:
        call_id = server.place()
        speaking(server, call_id)

        os.kill(next(iter(descendants(media_of(server)))), signal.SIGKILL)
        record = server.complete(call_id)
        wait_for(lambda: patient.happened("ended"))
        again = server.place()
        server.until(again, lambda one: len(one["transcript"] or "") > 20)

    assert (record["status"], record["disconnection_reason"]) == ("error", "error_tts")
    assert record["recording"]["status"] == "ready"


@pytest.mark.scenario("kill-hearing-mid-call")
def test_the_hearing_process_is_killed_in_a_call(folder: Path, patient: Phone) -> None:
    """The call ends as `error_asr` with BYE; the next call is heard again."""
    with Server(folder, "--trunk", patient.uri, stt="tones") as server:
        call_id = server.place()
        speaking(server, call_id)

        os.kill(hearing_of(server), signal.SIGKILL)
        record = server.complete(call_id)
        wait_for(lambda: patient.happened("ended"))
        again = server.place()
        server.until(again, lambda one: len(one["transcript"] or "") > 20)
        turn_log = server.client.calls.turn_log(call_id).to_dict()

    assert (record["status"], record["disconnection_reason"]) == ("error", "error_asr")
    assert record["recording"]["status"] == "ready"
    assert turn_log["status"] == "complete"


@pytest.mark.scenario("kill-while-ringing")
def test_a_phone_stops_ringing_after_a_crash(folder: Path) -> None:
    """Killed while it rings: the successor sends CANCEL and the phone, which would have rung for ever, is quiet."""
    with Phone("--persona", "never", "--answer-after", "0.1") as phone:
        first = Server(folder, "--trunk", phone.uri)
        call_id = first.place()
        wait_for(lambda: phone.happened("ringing"))
        time.sleep(0.5)

        first.stop(signal.SIGKILL)
        time.sleep(0.5)
        assert not phone.happened("cancelled")
        with Server(folder, "--trunk", phone.uri, port=first.port, sip_port=first.sip_port) as second:
            record = second.complete(call_id)
            wait_for(lambda: phone.happened("cancelled"))

        assert (record["status"], record["disconnection_reason"]) == ("error", "error_worker_lost")
        assert (record["start_timestamp"], record["duration_ms"]) == (None, None)
        assert len(phone.happened("ringing")) == 1


@pytest.mark.scenario("stop-drains")
def test_sigterm_lets_a_call_finish(folder: Path) -> None:
    """SIGTERM takes no new calls and lets the one in progress come to its own end; the exit code is 0."""
    with Phone("--persona", "hangup=4", "--answer-after", "0.2") as phone:
        server = Server(folder, "--trunk", phone.uri)
        call_id = server.place()
        speaking(server, call_id)

        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        with pytest.raises(Exception, match="shutting down"):
            server.place("+14155550124")
        record = server.until(call_id, lambda one: one["status"] != "ongoing")
        code = server.process.wait(15)
        server.stop()

    assert code == 0
    assert record["disconnection_reason"] == "user_hangup"


@pytest.mark.scenario("stop-twice-ends-at-once")
def test_a_second_signal_ends_at_once(folder: Path, patient: Phone) -> None:
    """The party hears BYE, the server is gone within seconds, with exit code 0."""
    server = Server(folder, "--trunk", patient.uri)
    speaking(server, server.place())

    server.process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    server.process.send_signal(signal.SIGTERM)
    code = server.process.wait(10)
    server.stop()

    assert code == 0
    wait_for(lambda: patient.happened("ended"))
    with pytest.raises(httpx.HTTPError):
        httpx.get(f"{server.url}/livez")
