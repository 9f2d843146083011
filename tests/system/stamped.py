"""A telephone whose packets the kernel stamps: it answers one call, sends silence and tells what gaps it heard, while a stream of
the same pace between two sockets shows what the machine itself was late with."""

from __future__ import annotations

import re
import select
import socket
import struct
import subprocess
import sys
import threading
import time
from types import TracebackType
from typing import Self

_SO_TIMESTAMPNS = 35  # asm-generic/socket.h
_STAMP = struct.Struct("qq")
_RTP = struct.Struct("!BBHII")
_BLOCK_SECONDS = 0.02
_NEAR_SECONDS = 0.1
_PACER = """
import socket, sys, time
out, to, due = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), ("127.0.0.1", int(sys.argv[1])), time.monotonic()
while True:
    out.sendto(b"x" * 172, to)
    due = max(due + 0.02, time.monotonic() - 0.02)
    time.sleep(max(0.0, due - time.monotonic()))
"""


class Stamped:
    """A socket with the instants at which its datagrams came."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.socket.bind(("127.0.0.1", 0))
        self.port = int(self.socket.getsockname()[1])
        self.came: list[float] = []

    def receive(self) -> None:
        """One datagram."""
        _, ancillary, _, _ = self.socket.recvmsg(2048, 64)
        seconds, nanoseconds = _STAMP.unpack(ancillary[0][2])
        self.came.append(seconds + nanoseconds / 1e9)

    def late(self, *, over: float) -> list[float]:
        """When each gap longer than that ended."""
        return [after for before, after in zip(self.came, self.came[1:], strict=False) if after - before > over]


class StampedPhone:
    """See the module. Runs in a thread of its own between enter and exit."""

    def __init__(self) -> None:
        self._sip = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sip.bind(("127.0.0.1", 0))
        self.uri = f"sip:127.0.0.1:{self._sip.getsockname()[1]}"
        self._rtp, self._pace = Stamped(), Stamped()
        self._to: tuple[str, int] | None = None
        self._sent = 0
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._pacer = subprocess.Popen([sys.executable, "-c", _PACER, str(self._pace.port)])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._ends.set()
        self._thread.join()
        self._pacer.kill()
        self._pacer.wait()
        for one in (self._sip, self._rtp.socket, self._pace.socket):
            one.close()

    @property
    def packets(self) -> int:
        """How many came so far."""
        return len(self._rtp.came)

    def own_gaps(self, *, over: float) -> list[float]:
        """The gaps longer than that which the server made: near them the machine was hardly late itself, by half a block."""
        machine = self._pace.late(over=1.5 * _BLOCK_SECONDS)
        return [gap for gap in self._rtp.late(over=over) if not any(abs(gap - one) < _NEAR_SECONDS for one in machine)]

    def _run(self) -> None:
        poll = select.poll()
        for one in (self._sip, self._rtp.socket, self._pace.socket):
            poll.register(one, select.POLLIN)
        due = time.monotonic()
        while not self._ends.is_set():
            ready = {fd for fd, _ in poll.poll(max(0, int((due - time.monotonic()) * 1000)))}
            if self._sip.fileno() in ready:
                self._answer(*self._sip.recvfrom(65_536))
            for stamped in (self._rtp, self._pace):
                if stamped.socket.fileno() in ready:
                    stamped.receive()
            if time.monotonic() >= due:
                due = max(due + _BLOCK_SECONDS, time.monotonic() - _BLOCK_SECONDS)
                self._send()

    def _send(self) -> None:
        if self._to is not None:
            head = _RTP.pack(0x80, 0, self._sent & 0xFFFF, (self._sent * 160) & 0xFFFFFFFF, 7)
            self._rtp.socket.sendto(head + b"\xff" * 160, self._to)
            self._sent += 1

    def _answer(self, data: bytes, peer: tuple[str, int]) -> None:
        text = data.decode()
        method = text.partition(" ")[0]
        if method not in ("INVITE", "BYE", "CANCEL"):
            return
        kept = "".join(f"{line}\r\n" for line in re.findall(r"^((?:Via|From|Call-ID|CSeq):.*?)\r$", text, re.MULTILINE))
        to = re.search(r"^To:(.*?)\r$", text, re.MULTILINE)
        assert to is not None
        tag = "" if ";tag=" in to[1] else ";tag=stamped"
        body = kind = ""
        if method == "INVITE":
            theirs = re.search(r"^m=audio (\d+)", text, re.MULTILINE)
            assert theirs is not None
            self._to = ("127.0.0.1", int(theirs[1]))
            kind = "Content-Type: application/sdp\r\n"
            body = (
                "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                f"m=audio {self._rtp.port} RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
            )
        else:
            self._to = None
        answer = (
            f"SIP/2.0 200 OK\r\n{kept}To:{to[1]}{tag}\r\nContact: <{self.uri}>\r\n{kind}Content-Length: {len(body)}\r\n\r\n{body}"
        )
        self._sip.sendto(answer.encode(), peer)
