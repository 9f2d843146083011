"""The client against the server itself: one method per operation, and one exception per way to fail."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import ringtrue.client
from ringtrue.agents.files import example
from ringtrue.client import RingtrueClient, ServerRefused, ServerUnreachable
from ringtrue.domain.records import Recording, RecordingStatus
from ringtrue.testing.office import ANNA, answered, claimed, placed

if TYPE_CHECKING:
    from conftest import Site

SOUND = b"RIFF" + bytes(1000)


@contextmanager
def answering(status: int, content: bytes, **headers: str) -> Iterator[tuple[str, list[str | None]]]:
    """A server that always answers so, and the keys that it was shown."""
    shown: list[str | None] = []

    class Requests(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shown.append(self.headers.get("Authorization"))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Requests) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", shown
        finally:
            server.shutdown()
            thread.join()


def recorded(site: Site) -> str:
    """A call whose recording is ready."""
    call = site.store.run_now(lambda tx: placed(tx, site.office))
    name = site.recordings.name_for(call.org_id, call.id)
    site.recordings.prepare(name).write_bytes(SOUND)
    ready = Recording(call_id=call.id, status=RecordingStatus.READY, name=name, duration_ms=1000)
    site.store.run_now(lambda tx: tx.put_recording(ready))
    return call.id


def test_the_public_names_are_these() -> None:
    """Nothing else is promised."""
    assert sorted(ringtrue.client.__all__) == ["RingtrueClient", "ServerRefused", "ServerUnreachable"]


def test_a_call_is_placed_and_read(client: RingtrueClient) -> None:
    """With its data, in the background."""
    answer = client.place_call("+14155550123", "appointment", json_data=ANNA, background=True)

    record = client.call(answer["call"]["id"])
    assert (record["status"], record["thread_id"], record["json_data"]) == ("queued", answer["thread_id"], ANNA)


def test_a_call_is_placed_for_later_and_cancelled(client: RingtrueClient) -> None:
    """A naive time is read in the zone."""
    answer = client.place_call(
        "+14155550123", "appointment", json_data=ANNA, scheduled_for="2027-03-04T10:30", timezone="America/New_York"
    )

    assert answer["call"]["scheduled_for"] == "2027-03-04T15:30:00.000Z"
    assert client.cancel(answer["call"]["id"])["disconnection_reason"] == "cancelled"


def test_a_call_in_progress_is_hung_up(client: RingtrueClient, site: Site) -> None:
    """The record as it is now; its worker ends it."""
    call = site.store.run_now(lambda tx: answered(tx, claimed(tx, placed(tx, site.office))))

    assert client.hang_up(call.id)["status"] == "ongoing"
    stored = site.store.read_now(lambda tx: tx.call(call.id))
    assert stored is not None
    assert stored.hang_up_asked


def test_a_project_is_applied_and_listed(client: RingtrueClient) -> None:
    """Text of every script survives."""
    survey = example().replace("name: appointment", "name: survey", 1).replace("Bright Clinic", "Klinik Zoë 🙂")

    applied = client.apply_project("survey", survey)

    assert applied["version"] == 1
    assert [one["name"] for one in client.projects()] == ["appointment", "survey"]


def test_a_refusal_carries_the_problem(client: RingtrueClient) -> None:
    """Whole, and its sentence as the exception's."""
    with pytest.raises(ServerRefused, match="There is no such call") as caught:
        client.call("call_0")

    assert (caught.value.problem["status"], caught.value.problem["code"]) == (404, "not_found")


@pytest.mark.parametrize("call_id", ["../projects", "a/b?c=d#e", "..", "%2e%2e", "a\nb", "🙂"])
def test_an_id_stays_in_its_place(client: RingtrueClient, call_id: str) -> None:
    """Whatever it is, it names a call."""
    with pytest.raises(ServerRefused) as caught:
        client.call(call_id)

    assert caught.value.problem["status"] == 404


def test_a_wrong_key_is_refused(site: Site) -> None:
    """Like every other refusal."""
    with RingtrueClient(site.url, "rt_wrong") as stranger, pytest.raises(ServerRefused) as caught:
        stranger.projects()

    assert caught.value.problem["code"] == "unauthorized"


def test_readiness_is_a_yes_or_no(client: RingtrueClient, site: Site) -> None:
    """And never an exception."""
    assert client.is_ready()
    site.is_ready = False
    assert not client.is_ready()


def test_a_recording_is_downloaded(client: RingtrueClient, site: Site, tmp_path: Path) -> None:
    """By the call's id, or by the link in its record."""
    call_id = recorded(site)

    client.download(call_id, tmp_path / "by-id.wav")
    client.download_link(client.call(call_id)["recording_url"], tmp_path / "by-link.wav")

    assert (tmp_path / "by-id.wav").read_bytes() == SOUND
    assert (tmp_path / "by-link.wav").read_bytes() == SOUND


def test_a_recording_that_is_not_there_leaves_no_file(client: RingtrueClient, site: Site, tmp_path: Path) -> None:
    """Neither way."""
    for_call, for_link = tmp_path / "a.wav", tmp_path / "b.wav"
    call = site.store.run_now(lambda tx: placed(tx, site.office))

    with pytest.raises(ServerRefused):
        client.download(call.id, for_call)
    with pytest.raises(ServerRefused) as caught:
        client.download_link(f"{site.url}/recordings/{call.id}.wav?expires=1&signature=x", for_link)

    assert caught.value.problem["code"] == "link_invalid"
    assert not for_call.exists()
    assert not for_link.exists()


def test_the_key_is_shown_to_its_own_server_only(tmp_path: Path) -> None:
    """Neither a link nor a redirect takes it elsewhere."""
    with (
        answering(200, SOUND) as (elsewhere, shown),
        answering(307, b"", Location=f"{elsewhere}/a.wav") as (here, shown_here),
        RingtrueClient(here, "rt_secret") as client,
    ):
        client.download("call_1", tmp_path / "a.wav")
        client.download_link(f"{elsewhere}/a.wav", tmp_path / "b.wav")

    assert (shown_here, shown) == (["rt_secret"], [None, None])


@pytest.mark.parametrize("status", [200, 404, 502])
@pytest.mark.parametrize("content", [b"<html>It works!</html>", b"[]", b'"ready"', b"\xff", b""])
def test_another_server_is_recognised(status: int, content: bytes) -> None:
    """A page, or JSON that is no object: a refusal that says what to check, and no traceback."""
    with answering(status, content) as (url, _), RingtrueClient(url, "k") as client, pytest.raises(ServerRefused) as caught:
        client.call("call_1")

    assert (caught.value.problem["status"], caught.value.problem["code"]) == (status, "answer_invalid")
    assert "no Ringtrue server" in str(caught.value)


def test_a_redirect_is_not_followed() -> None:
    """Only the recording's is meant."""
    moved = answering(301, b"", Location="http://127.0.0.1:9/")

    with moved as (url, _), RingtrueClient(url, "k") as client, pytest.raises(ServerRefused):
        client.projects()


def test_where_nobody_listens_nobody_answers(tmp_path: Path) -> None:
    """One exception, for every operation, that says how to start a server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"

        with RingtrueClient(url, "k") as client:
            with pytest.raises(ServerUnreachable, match="ringtrue serve"):
                client.call("call_1")
            with pytest.raises(ServerUnreachable):
                client.download_link(f"{url}/a.wav", tmp_path / "a.wav")
            assert not client.is_ready()


def test_the_environments_proxies_are_not_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server on this machine is not behind one."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")

    with RingtrueClient(site.url, "rt_right") as client:
        assert client.is_ready()
