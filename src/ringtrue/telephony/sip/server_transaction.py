"""Server transactions (RFC 3261 section 17.2, RFC 6026): a repeated request is one request, answered the same way again.

After a 2xx an INVITE's transaction only swallows repeats: sending the 2xx again until its ACK comes belongs to the dialog.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from ringtrue.telephony.sip.message import Request, Response, make_response
from ringtrue.telephony.sip.wire import MAGIC_COOKIE, Address, Timer, Wire

Key = tuple[object, ...]


def key_of(request: Request) -> Key:
    """What repeats of a request share (section 17.2.3); an ACK shares it with its INVITE."""
    method = "INVITE" if request.method == "ACK" else request.method
    via = request.via
    if via.branch.startswith(MAGIC_COOKIE) and via.branch != MAGIC_COOKIE:
        return (via.branch, via.host.lower(), via.port, method)
    # A sender of RFC 2543 sets no unique branch, nor does one that sends the bare cookie (RFC 4475 section 3.2.1).
    return (request.uri, request.from_.tag, request.call_id, request.cseq.number, str(via), method)


def reply_address(request: Request, source: Address) -> Address:
    """Where responses go: back where the request came from with rport (RFC 3581), else to that host's advertised port."""
    via = request.via
    return source if via.param("rport") is not None else (source[0], via.port or 5060)


def stamped(request: Request, source: Address) -> Request:
    """The request with `received` and `rport` of its top Via filled in, as its responses must carry them."""
    via = request.via
    has_rport = via.param("rport") is not None
    if has_rport:
        via = via.with_param("rport", str(source[1]))
    if has_rport or via.host.strip("[]") != source[0]:
        via = via.with_param("received", source[0])
    if via is request.via:
        return request
    rest = request.headers.all("Via")[1:]
    items = [(name, value) for name, value in request.headers.items() if name.lower() != "via"]
    headers = type(request.headers)([("Via", str(via)), *(("Via", value) for value in rest), *items])
    return Request(method=request.method, uri=request.uri, headers=headers, body=request.body)


class ServerTransaction:
    """One request of the far end, until no repeat of it can come any more."""

    def __init__(self, wire: Wire, request: Request, source: Address, *, on_gone: Callable[[], None]) -> None:
        self.request = request
        self.source = source
        self._wire = wire
        self._on_gone = on_gone
        self._reply_to = reply_address(request, source)
        self._state: Literal["trying", "completed", "confirmed", "accepted", "gone"] = "trying"
        self._last: bytes | None = None
        self._repeat: Timer | None = None
        self._limit: Timer | None = None
        self._interval = wire.times.t1

    @property
    def is_answered(self) -> bool:
        """Whether a final response was sent."""
        return self._state != "trying"

    def respond(
        self, status: int, *, to_tag: str | None = None, headers: Sequence[tuple[str, str]] = (), body: bytes = b""
    ) -> Response:
        """Answer; a final answer counts once."""
        response = make_response(self.request, status, to_tag=to_tag, headers=headers, body=body)
        if self._state != "trying":
            return response
        self._last = self._wire.send(response, self._reply_to)
        if status >= 200:
            self._finish(status)
        return response

    def _finish(self, status: int) -> None:
        patience = self._wire.times.patience
        if self.request.method != "INVITE":
            self._state = "completed"
            self._limit = self._wire.after(patience, self._end)  # Timer J
        elif status < 300:
            self._state = "accepted"
            self._limit = self._wire.after(patience, self._end)  # Timer L
        else:
            self._state = "completed"
            self._repeat = self._wire.after(self._interval, self._again)  # Timer G
            self._limit = self._wire.after(patience, self._end)  # Timer H

    def _again(self) -> None:
        if self._state == "completed" and self._last is not None:
            self._wire.resend(self._last, self._reply_to)
            self._interval = min(self._interval * 2, self._wire.times.t2)
            self._repeat = self._wire.after(self._interval, self._again)

    def repeated(self) -> None:
        """The same request came again."""
        if self._state in ("trying", "completed") and self._last is not None:
            self._wire.resend(self._last, self._reply_to)

    def resend(self, datagram: bytes) -> None:
        """Send a 2xx again, for the dialog that owns it."""
        self._wire.resend(datagram, self._reply_to)

    @property
    def last(self) -> bytes:
        """The bytes of the last response."""
        return self._last or b""

    def acknowledged(self) -> bool:
        """An ACK on this branch came; True when it was for a refusal and ends here."""
        if self._state == "completed":
            self._state = "confirmed"
            self._stop_timers()
            self._limit = self._wire.after(self._wire.times.t4, self._end)  # Timer I
        return self._state == "confirmed"

    def _stop_timers(self) -> None:
        for timer in (self._repeat, self._limit):
            if timer is not None:
                timer.cancel()

    def _end(self) -> None:
        self._stop_timers()
        self._state = "gone"
        self._on_gone()
