"""N callers of bench/turns.py in one process, rung by SIP (`sip`) or given a port each to speak to (`rtp`).

    python bench/turn_callers.py sip|rtp COUNT ANSWERS.npz

Says its ports in one line, then takes {"ports": [...], "stagger": S, "seconds": S} and says what each caller measured.
"""

from __future__ import annotations

import json
import re
import select
import socket
import sys
import time
from pathlib import Path

import turn_words
from far_sip import respond
from turn_caller import BLOCK_SECONDS, Caller

_SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio {port} RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n"
)
_MEDIA = re.compile(r"^m=audio (\d+)", re.MULTILINE)
_CALL_ID = re.compile(r"^call-id:\s*(\S+)", re.MULTILINE | re.IGNORECASE)


class Exchange:
    """Answers each INVITE with the next caller, and takes every BYE."""

    def __init__(self, callers: list[Caller]) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]
        self._free = list(reversed(callers))
        self._busy: dict[str, Caller] = {}

    def receive(self) -> None:
        """Take one request."""
        data, source = self.socket.recvfrom(65535)
        request = data.decode("utf-8", "replace")
        call_id, media = _CALL_ID.search(request), _MEDIA.search(request)
        if call_id is None:
            return
        match request.partition(" ")[0]:
            case "INVITE" if media is not None:
                if call_id[1] not in self._busy:
                    self._busy[call_id[1]] = self._free.pop()
                caller = self._busy[call_id[1]]
                caller.to = (source[0], int(media[1]))
                body = _SDP.format(port=caller.port)
                self.socket.sendto(respond(request, "200 OK", body=body, port=self.port), source)
            case "BYE":
                self._busy[call_id[1]].is_over = True
                self.socket.sendto(respond(request, "200 OK"), source)
            case _:
                pass


def run(callers: list[Caller], exchange: Exchange | None, order: dict[str, object]) -> None:
    """Speak and hear for that long; with ports each caller begins a little after the one before."""
    began = due = time.time()
    ports, stagger, seconds = order["ports"], float(str(order["stagger"])), float(str(order["seconds"]))
    assert isinstance(ports, list)
    waiting = [(began + stagger * n, caller, port) for n, (caller, port) in enumerate(zip(callers, ports, strict=False))]
    poll = select.epoll()
    takes = {caller.socket.fileno(): caller.receive for caller in callers}
    if exchange is not None:
        takes[exchange.socket.fileno()] = exchange.receive
    for fd in takes:
        poll.register(fd, select.EPOLLIN)
    while (now := time.time()) < began + seconds:
        while waiting and waiting[0][0] <= now:
            _, caller, port = waiting.pop(0)
            caller.to = ("127.0.0.1", port)
        if now >= due:
            for caller in callers:
                caller.tick(time.time())
            due = max(due + BLOCK_SECONDS, now - BLOCK_SECONDS)
        for fd, _ in poll.poll(max(0.0, due - time.time())):
            takes[fd]()


def hang_up(exchange: Exchange) -> None:
    """Take what the far end still asks, until our input ends."""
    poll = select.epoll()
    poll.register(exchange.socket.fileno(), select.EPOLLIN)
    poll.register(sys.stdin.fileno(), select.EPOLLIN | select.EPOLLHUP)
    while True:
        for fd, _ in poll.poll():
            if fd == sys.stdin.fileno():
                return
            exchange.receive()


def main() -> None:
    """From the command line."""
    kind, count, answers = sys.argv[1], int(sys.argv[2]), turn_words.load(Path(sys.argv[3]))
    voices = [answers[number % len(answers)] for number in range(count)]
    callers = [Caller(number, voice[0], voice[1:]) for number, voice in enumerate(voices)]
    exchange = Exchange(callers) if kind == "sip" else None
    print(json.dumps({"sip": exchange and exchange.port, "rtp": [caller.port for caller in callers]}), flush=True)
    run(callers, exchange, json.loads(sys.stdin.readline()))
    print(json.dumps([caller.result() for caller in callers]), flush=True)
    if exchange is not None:
        hang_up(exchange)


if __name__ == "__main__":
    main()
