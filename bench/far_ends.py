"""The far ends: N phones in one process that send and hear 20 ms packets, and tell what gaps they saw.

Arrival is the kernel's own stamp, so that a busy phone does not pass its delays off as ours.
"""

from __future__ import annotations

import json
import select
import socket
import struct
import sys
import time

_SO_TIMESTAMPNS = 35  # asm-generic/socket.h
_STAMP = struct.Struct("qq")
_RTP = struct.Struct("!BBHII")
_BLOCK_SECONDS = 0.02
_WARM_UP_SECONDS = 1.0
_LATE_MS = 40.0


class Phone:
    """One phone."""

    def __init__(self, host: str) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.socket.bind((host, 0))
        self.socket.setblocking(False)
        self.to = ("", 0)
        self.sent = 0
        self.last: float | None = None
        self.sequence: int | None = None
        self.gaps: list[float] = []
        self.lost = 0

    def send(self) -> None:
        """The next block: a rising tone of codes, so that nothing is silence."""
        head = _RTP.pack(0x80, 0, self.sent & 0xFFFF, (self.sent * 160) & 0xFFFFFFFF, 7)
        self.socket.sendto(head + bytes([self.sent & 0x3F]) * 160, self.to)
        self.sent += 1

    def receive(self, counts: bool) -> None:
        """One datagram."""
        data, ancillary, _, _ = self.socket.recvmsg(512, 64)
        seconds, nanoseconds = _STAMP.unpack(ancillary[0][2])
        at = seconds + nanoseconds / 1e9
        sequence = int.from_bytes(data[2:4], "big")
        if counts and self.last is not None and self.sequence is not None:
            self.gaps.append((at - self.last) * 1000)
            self.lost += (sequence - self.sequence - 1) & 0xFFFF
        self.last, self.sequence = at, sequence


def run(phones: list[Phone], seconds: float) -> None:
    """Send and hear for that long."""
    poll = select.epoll()
    by_fd = {phone.socket.fileno(): phone for phone in phones}
    for fd in by_fd:
        poll.register(fd, select.EPOLLIN)
    began = due = time.monotonic()
    while (now := time.monotonic()) < began + seconds:
        if now >= due:
            for phone in phones:
                phone.send()
            due = max(due + _BLOCK_SECONDS, now - _BLOCK_SECONDS)
        for fd, _ in poll.poll(max(0.0, due - time.monotonic())):
            by_fd[fd].receive(now - began > _WARM_UP_SECONDS)


def summary(phones: list[Phone]) -> dict[str, float]:
    """The gaps of all phones together, in milliseconds."""
    gaps = sorted(gap for phone in phones for gap in phone.gaps)

    def quantile(share: float) -> float:
        return round(gaps[min(len(gaps) - 1, int(len(gaps) * share))], 2) if gaps else float("nan")

    return {
        "packets": len(gaps),
        "lost": sum(phone.lost for phone in phones),
        "p50_ms": quantile(0.5),
        "p99_ms": quantile(0.99),
        "p99_9_ms": quantile(0.999),
        "worst_ms": quantile(1.0),
        "over_40_ms": sum(gap > _LATE_MS for gap in gaps),
        "deaf": sum(not phone.gaps for phone in phones),
    }


def main() -> None:
    """Count from the command line; ports out, addresses and time in, summary out."""
    phones = [Phone("127.0.0.1") for _ in range(int(sys.argv[1]))]
    print(json.dumps([phone.socket.getsockname()[1] for phone in phones]), flush=True)
    order = json.loads(sys.stdin.readline())
    for phone, port in zip(phones, order["ports"], strict=True):
        phone.to = ("127.0.0.1", port)
    run(phones, order["seconds"])
    print(json.dumps(summary(phones)), flush=True)


if __name__ == "__main__":
    main()
