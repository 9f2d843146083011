"""Ten thousand recording links that were tampered with: none opens anything, and all are refused in the same words."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import parse_qs, quote, urlsplit

from ringtrue.api import links
from ringtrue.domain.records import Recording, RecordingStatus
from ringtrue.storage.recordings import RecordingFiles
from ringtrue.testing.clock import START

from .conftest import Desk

MANY = 10_000
LENGTH = timedelta(seconds=61)


class Link(NamedTuple):
    """The parts of a link."""

    call_id: str
    expires: str
    signature: str


def parts(url: str) -> Link:
    """The parts of a link that works."""
    found = urlsplit(url)
    query = parse_qs(found.query)
    return Link(found.path.rpartition("/")[2].removesuffix(".wav"), query["expires"][0], query["signature"][0])


def flipped(text: str, draw: random.Random) -> str:
    """One bit of one character turned."""
    place = draw.randrange(len(text))
    return text[:place] + chr(ord(text[place]) ^ (1 << draw.randrange(7))) + text[place + 1 :]


def changed(text: str, draw: random.Random) -> str:
    """Cut, lengthened, doubled, reversed, in the other case, or with something before, behind or within."""
    place = draw.randrange(len(text) + 1)
    extra = draw.choice(["0", "a", " ", "\0", "\n", "%", "é", "０", "²", "/", "..", "'", "+"])
    forms: list[Callable[[], str]] = [
        lambda: text[:place],
        lambda: text[place:],
        lambda: text[:place] + extra + text[place:],
        lambda: text + text,
        lambda: text[::-1],
        text.upper,
        text.swapcase,
        lambda: quote(quote(text, safe="").replace(text[0], f"%{ord(text[0]):02X}"), safe=""),
        lambda: "".join(draw.sample(text, len(text))),
    ]
    return draw.choice(forms)()


def moved(link: Link, other: Link, draw: random.Random) -> Link:
    """A later or earlier end, or a part of another call's link in its place."""
    forms = [
        link._replace(expires=str(int(link.expires) + draw.choice([-1, 1]) * 10 ** draw.randrange(12))),
        link._replace(signature=other.signature),
        link._replace(call_id=other.call_id),
        link._replace(expires=other.expires, signature=other.signature),
        Link(link.call_id, link.signature, link.expires),
        Link(other.call_id, link.expires, link.signature),
    ]
    return draw.choice(forms)


def forged(link: Link, other: Link) -> Iterator[Link]:
    """Link after link, each different from the one that works."""
    draw = random.Random(20270304)
    while True:
        name = draw.choice(Link._fields)
        how = draw.randrange(4)
        if how == 0:
            made = moved(link, other, draw)
        elif how == 1:
            guessed = links.mint(draw.randbytes(32), "", link.call_id, length=LENGTH, at=START)
            made = parts(guessed)
        else:
            made = link._replace(**{name: (flipped if how == 2 else changed)(getattr(link, name), draw)})
        if made != link and made != other and made.call_id and "/" not in made.call_id:
            yield made


def test_no_forged_link_opens_anything(desk: Desk) -> None:
    """Bits turned, parts swapped, moved, cut, encoded, signed by somebody else: one status, one body."""
    files = RecordingFiles(desk.folder / "recordings")
    found = []
    for _ in range(2):
        call = desk.call("ended")
        name = files.name_for(call.org_id, call.id)
        files.prepare(name).write_bytes(b"RIFF" + bytes(40))
        ready = Recording(call_id=call.id, status=RecordingStatus.READY, name=name, duration_ms=61_000)
        desk.store.run_now(lambda tx, ready=ready: tx.put_recording(ready))  # type: ignore[misc]
        found.append(parts(desk.ask("GET", f"/calls/{call.id}").json()["recording_url"]))
    link, other = found
    tries = forged(link, other)

    answers = asyncio.run(_asked(desk, [link, *(next(tries) for _ in range(MANY))]))

    assert answers[0][0] == 200
    refused = set(answers[1:])
    assert len(answers) == MANY + 1
    assert [status for status, _ in refused] == [403]


async def _asked(desk: Desk, wanted: list[Link]) -> list[tuple[int, bytes]]:
    """What the application answers, without the cost of a client."""
    return [await _one(desk, link) for link in wanted]


async def _one(desk: Desk, link: Link) -> tuple[int, bytes]:
    path = f"/recordings/{link.call_id}.wav"
    query = f"expires={quote(link.expires, safe='')}&signature={quote(link.signature, safe='')}"
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": quote(path).encode(),
        "query_string": query.encode(),
        "headers": [(b"x-request-id", b"same")],
        "http_version": "1.1",
        "scheme": "http",
        "server": ("ringtrue.test", 80),
        "root_path": "",
    }
    status, body = 0, b""

    async def send(message: dict[str, object]) -> None:
        nonlocal status, body
        if message["type"] == "http.response.start":
            status = int(str(message["status"]))
        elif message["type"] == "http.response.body":
            body += bytes(message.get("body", b""))  # type: ignore[call-overload]

    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}  # nothing is sent with it, and nothing follows

    await desk.app(scope, receive, send)  # type: ignore[arg-type]
    return status, body
