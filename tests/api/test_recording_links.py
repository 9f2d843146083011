"""Recordings: the redirect that needs a key, and signed links that need none and soon do not work."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from ringtrue.api import links
from ringtrue.domain.call import Call
from ringtrue.domain.records import Recording, RecordingStatus
from ringtrue.storage.recordings import RecordingFiles
from ringtrue.testing.clock import START

if TYPE_CHECKING:
    from conftest import Desk

SOUND = bytes(range(256)) * 40
LINK_KEY = b"the key that links are signed with"


def recorded(desk: Desk, *, duration_ms: int = 61_500) -> Call:
    """An ended call whose recording is ready."""
    call = desk.call("ended")
    files = RecordingFiles(desk.folder / "recordings")
    name = files.name_for(call.org_id, call.id)
    files.prepare(name).write_bytes(SOUND)
    ready = Recording(call_id=call.id, status=RecordingStatus.READY, name=name, duration_ms=duration_ms)
    desk.store.run_now(lambda tx: tx.put_recording(ready))
    return call


def link(desk: Desk, call: Call) -> str:
    """A fresh link of the call's record."""
    found = desk.ask("GET", f"/calls/{call.id}").json()["recording_url"]
    assert isinstance(found, str)
    return found


def seen(answer: httpx.Response) -> tuple[int, bytes]:
    """What somebody without a key sees of a refusal."""
    return answer.status_code, answer.content


def follow(desk: Desk, url: str, method: str = "GET", **headers: str) -> httpx.Response:
    """What a link leads to, without a key."""
    return desk.ask(method, url, key=None, headers={"X-Request-Id": "same", **headers})


def test_a_link_needs_no_key(desk: Desk) -> None:
    """The whole file, as audio, for nobody's cache."""
    call = recorded(desk)

    answer = follow(desk, link(desk, call))

    assert (answer.status_code, answer.content) == (200, SOUND)
    assert answer.headers["Content-Type"] == "audio/wav"
    assert answer.headers["Content-Length"] == str(len(SOUND))
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{call.id}.wav"'


def test_head_says_what_get_would_send(desk: Desk) -> None:
    """The same headers, and no body."""
    url = link(desk, recorded(desk))

    head, get = follow(desk, url, "HEAD"), follow(desk, url)

    assert (head.status_code, head.content, head.headers) == (200, b"", get.headers)


@pytest.mark.parametrize(
    ("header", "part", "content_range"),
    [
        ("bytes=0-43", SOUND[:44], "bytes 0-43/10240"),
        ("bytes=10000-", SOUND[10000:], "bytes 10000-10239/10240"),
        ("bytes=-7", SOUND[-7:], "bytes 10233-10239/10240"),
        ("bytes=100-999999", SOUND[100:], "bytes 100-10239/10240"),
        ("bytes=0-1,20000-", SOUND[:2], "bytes 0-1/10240"),
    ],
)
def test_a_part_can_be_had(desk: Desk, header: str, part: bytes, content_range: str) -> None:
    """So that players can jump."""
    answer = follow(desk, link(desk, recorded(desk)), Range=header)

    assert (answer.status_code, answer.content, answer.headers["Content-Range"]) == (206, part, content_range)
    assert answer.headers["Content-Length"] == str(len(part))


def test_head_of_a_part_has_no_body(desk: Desk) -> None:
    """206 with the length of the part."""
    answer = follow(desk, link(desk, recorded(desk)), "HEAD", Range="bytes=0-9")

    assert (answer.status_code, answer.content, answer.headers["Content-Length"]) == (206, b"", "10")


def test_several_parts_come_in_one_answer(desk: Desk) -> None:
    """Each under its own heading."""
    answer = follow(desk, link(desk, recorded(desk)), Range="bytes=0-1,100-103")

    assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (206, "multipart/byteranges")
    assert b"Content-Range: bytes 0-1/10240\r\n\r\n" + SOUND[:2] in answer.content
    assert b"Content-Range: bytes 100-103/10240\r\n\r\n" + SOUND[100:104] in answer.content
    assert int(answer.headers["Content-Length"]) == len(answer.content)


@pytest.mark.parametrize("header", ["seconds=1-2", "bytes=5-3", "nonsense"])
def test_what_is_no_range_gets_the_whole(desk: Desk, header: str) -> None:
    """RFC 9110, section 14.2."""
    answer = follow(desk, link(desk, recorded(desk)), Range=header)

    assert (answer.status_code, answer.content) == (200, SOUND)


def test_a_part_beyond_the_end_is_416(desk: Desk) -> None:
    """A problem, with the size."""
    answer = follow(desk, link(desk, recorded(desk)), Range="bytes=10240-")

    assert (answer.status_code, answer.json()["code"]) == (416, "range_not_satisfiable")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Content-Range"] == "bytes */10240"


def test_a_range_of_another_file_does_not_count(desk: Desk) -> None:
    """If-Range with what the file is not any more gets the whole, even of a part that is not there."""
    url = link(desk, recorded(desk))
    etag = follow(desk, url).headers["ETag"]

    assert follow(desk, url, Range="bytes=0-9", **{"If-Range": etag}).status_code == 206
    assert follow(desk, url, Range="bytes=0-9", **{"If-Range": '"other"'}).content == SOUND
    assert follow(desk, url, Range="bytes=99999-", **{"If-Range": '"other"'}).content == SOUND


@pytest.mark.parametrize(("duration_ms", "lives"), [(0, 900), (61_500, 900), (450_000, 900), (1_800_000, 3600)])
def test_a_link_lives_its_time(desk: Desk, duration_ms: int, lives: int) -> None:
    """A quarter of an hour, or twice the recording."""
    url = link(desk, recorded(desk, duration_ms=duration_ms))

    desk.clock.advance(timedelta(seconds=lives))
    assert follow(desk, url).status_code == 200
    desk.clock.advance(timedelta(seconds=1))
    assert follow(desk, url).status_code == 403


def test_every_record_has_a_fresh_link(desk: Desk) -> None:
    """It lives on when the first has ended."""
    call = recorded(desk)
    first = link(desk, call)

    desk.clock.advance(timedelta(seconds=901))

    assert [follow(desk, url).status_code for url in (first, link(desk, call))] == [403, 200]


def test_whatever_is_wrong_with_a_link_looks_the_same(desk: Desk) -> None:
    """Forged, altered, expired, bare, for a call that is not there: one status, one body."""
    call, other = recorded(desk), recorded(desk)
    path, _, query = link(desk, call).partition("?")
    values = {name: value[0] for name, value in parse_qs(query).items()}
    expires, signature = values["expires"], values["signature"]
    later, now = str(int(expires) + 3600), int(START.timestamp())
    expired = links.mint(LINK_KEY, "", call.id, length=timedelta(0), at=START - timedelta(days=1))
    forged = links.mint(b"another key", "", call.id, length=timedelta(0), at=START)

    broken = [
        path,
        f"{path}?",
        f"{path}?expires={expires}",
        f"{path}?signature={signature}",
        f"{path}?expires={later}&signature={signature}",
        f"{path}?expires={expires}&signature={signature[:-1]}",
        f"{path}?expires={expires}&signature={signature.upper()}",
        f"{path}?expires={expires}&signature=%ff%00",
        f"{path}?expires=%C2%B2&signature={signature}",
        f"{path}?expires={now - 1}&signature={hashlib.sha256(b'').hexdigest()}",
        f"/recordings/{other.id}.wav?{query}",
        f"/recordings/call_0.wav?{query}",
        f"/recordings/%2e%2e%00.wav?{query}",
        expired,
        forged,
    ]

    assert {seen(follow(desk, url)) for url in broken} == {seen(follow(desk, "/recordings/x.wav"))}
    assert follow(desk, path).json()["code"] == "link_invalid"


def test_a_key_opens_no_link(desk: Desk) -> None:
    """It is the signature that counts."""
    assert desk.ask("GET", f"/recordings/{recorded(desk).id}.wav").status_code == 403


def test_the_redirect_needs_a_key_and_leads_to_a_fresh_link(desk: Desk) -> None:
    """That is the path which others may be given."""
    call = recorded(desk)

    answer = desk.ask("GET", f"/calls/{call.id}/recording")

    assert (answer.status_code, answer.headers["Cache-Control"]) == (307, "no-store")
    assert urlsplit(answer.headers["Location"]).path == f"/recordings/{call.id}.wav"
    assert follow(desk, answer.headers["Location"]).content == SOUND


@pytest.mark.parametrize("stage", ["scheduled", "queued", "ongoing", "error"])
def test_without_a_recording_there_is_nowhere_to_lead_to(desk: Desk, stage: str) -> None:
    """404, and the record says why."""
    answer = desk.ask("GET", f"/calls/{desk.call(stage).id}/recording")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_recording_that_is_gone_is_404(desk: Desk) -> None:
    """The file was lost, or the recording is no longer kept."""
    call = recorded(desk)
    url = link(desk, call)
    for file in (desk.folder / "recordings").rglob("*.wav"):
        file.unlink()
    lost = follow(desk, url)
    desk.store.run_now(lambda tx: tx.put_recording(Recording(call_id=call.id, status=RecordingStatus.EXPIRED)))

    assert (lost.status_code, follow(desk, url).status_code) == (404, 404)
