"""A far end that is always busy: answers every INVITE with 486, and counts which number was rung how often."""

from __future__ import annotations

import socket
import threading
import time
from collections import defaultdict
from types import TracebackType
from typing import Self

_ANSWERS = {
    "INVITE": "486 Busy Here",
    "CANCEL": "481 Call/Transaction Does Not Exist",
    "BYE": "481 Call/Transaction Does Not Exist",
}
_COPIED = ("via", "from", "to", "call-id", "cseq")


class BusyPeer:
    """Listens on a free UDP port of loopback. A ring is a Call-ID: the same INVITE sent again is no second one."""

    def __init__(self, *, answer_after: float = 0.0) -> None:
        self._answer_after = answer_after
        self._owed: list[tuple[float, str, tuple[str, int]]] = []
        self.uris: list[str] = []
        self.rings: dict[str, set[str]] = defaultdict(set)
        self._socket = socket.socket(type=socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(0.01)
        self.port = int(self._socket.getsockname()[1])
        self.uri = f"sip:127.0.0.1:{self.port}"
        self._is_open = True
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._is_open = False
        self._thread.join()
        self._socket.close()

    @property
    def count(self) -> int:
        """How many rings there were."""
        return sum(len(calls) for calls in self.rings.values())

    @property
    def owed(self) -> int:
        """How many answers are still to come: so many phones hang in the air."""
        return len(self._owed)

    def _listen(self) -> None:
        while self._is_open:
            self._pay()
            try:
                datagram, source = self._socket.recvfrom(65535)
            except TimeoutError:
                continue
            answer = self._answer(datagram.decode("utf-8", "replace"))
            if answer is not None:
                self._owed.append((time.monotonic() + self._answer_after, answer, source))

    def _pay(self) -> None:
        while self._owed and self._owed[0][0] <= time.monotonic():
            _, answer, source = self._owed.pop(0)
            self._socket.sendto(answer.encode(), source)

    def _answer(self, text: str) -> str | None:
        head, *lines = text.partition("\r\n\r\n")[0].split("\r\n")
        method, _, rest = head.partition(" ")
        uri = rest.partition(" ")[0]
        if method == "INVITE":
            call_id = next(line.partition(":")[2].strip() for line in lines if line.lower().startswith("call-id:"))
            self.uris.append(uri)
            self.rings[uri.removeprefix("sip:").partition("@")[0]].add(call_id)
        if method not in _ANSWERS:
            return None
        copied = [line for line in lines if line.partition(":")[0].strip().lower() in _COPIED]
        tagged = [f"{line};tag=busy" if line.lower().startswith("to:") and "tag=" not in line else line for line in copied]
        return "\r\n".join([f"SIP/2.0 {_ANSWERS[method]}", *tagged, "Content-Length: 0", "", ""])
