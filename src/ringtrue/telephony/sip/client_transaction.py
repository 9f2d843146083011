"""Client transactions (RFC 3261 section 17.1, RFC 6026): a request is repeated until it is answered or time is up.

An INVITE that was answered 2xx stays to pass every further 2xx up (forks, and repeats whose ACK was lost); any other final
response is acknowledged here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from ringtrue.telephony.sip.message import Headers, Request, Response
from ringtrue.telephony.sip.wire import Address, Timer, Wire

Failure = Literal["timeout", "refused"]
OnResponse = Callable[[Response], None]
OnFailure = Callable[[Failure], None]


class ClientTransaction:
    """One request of ours on its way. Exactly one of a final `on_response` or `on_failure` is called, 1xx before."""

    def __init__(
        self,
        wire: Wire,
        request: Request,
        destination: Address,
        *,
        on_response: OnResponse,
        on_failure: OnFailure,
        on_gone: Callable[[ClientTransaction], None],
    ) -> None:
        self.request = request
        self.destination = destination
        self.key = (request.via.branch, request.method)
        self._wire = wire
        self._on_response = on_response
        self._on_failure = on_failure
        self._on_gone = on_gone
        self._state: Literal["trying", "proceeding", "accepted", "completed", "gone"] = "trying"
        self._interval = wire.times.t1
        self._ack: bytes | None = None
        self._datagram = wire.send(request, destination)
        self._repeat: Timer = wire.after(self._interval, self._again)
        self._limit: Timer = wire.after(wire.times.patience, lambda: self._fail("timeout"))

    @property
    def _is_invite(self) -> bool:
        return self.request.method == "INVITE"

    @property
    def awaits_answer(self) -> bool:
        """Whether nothing at all has come back yet."""
        return self._state == "trying"

    def _again(self) -> None:
        """Timers A and E."""
        self._wire.resend(self._datagram, self.destination)
        self._interval *= 2
        if not self._is_invite:
            t2 = self._wire.times.t2
            self._interval = t2 if self._state == "proceeding" else min(self._interval, t2)
        self._repeat = self._wire.after(self._interval, self._again)

    def _fail(self, failure: Failure) -> None:
        """Timers B and F, or the network says that nobody is there."""
        self._end()
        self._on_failure(failure)

    def refused(self) -> None:
        """The destination's port is closed (ICMP); counts only while nothing came back."""
        if self._state == "trying":
            self._fail("refused")

    def give_up(self) -> None:
        """Expect no answer any more and tell nobody; nothing when one came."""
        if self._state in ("trying", "proceeding"):
            self._end()

    def receive(self, response: Response) -> None:
        """A response of this transaction came."""
        if response.status < 200:
            self._provisional(response)
        elif self._is_invite:
            self._final_of_invite(response)
        elif self._state in ("trying", "proceeding"):
            self._complete(self._wire.times.t4)  # Timer K
            self._on_response(response)

    def _provisional(self, response: Response) -> None:
        if self._state not in ("trying", "proceeding"):
            return
        self._state = "proceeding"
        if self._is_invite:
            # The INVITE has arrived: it is repeated no more, and the caller of this transaction bounds the ringing.
            self._repeat.cancel()
            self._limit.cancel()
        self._on_response(response)

    def _final_of_invite(self, response: Response) -> None:
        if response.status < 300:
            if self._state in ("trying", "proceeding"):
                self._complete(self._wire.times.patience)  # Timer M
                self._state = "accepted"
            if self._state == "accepted":
                self._on_response(response)
            return
        if self._state in ("trying", "proceeding"):
            self._complete(max(32.0 * self._wire.times.t1 / 0.5, self._wire.times.patience))  # Timer D
            self._ack = self._wire.send(ack_of_refusal(self.request, response), self.destination)
            self._on_response(response)
        elif self._state == "completed" and self._ack is not None:
            self._wire.resend(self._ack, self.destination)

    def _complete(self, linger: float) -> None:
        self._repeat.cancel()
        self._limit.cancel()
        self._state = "completed"
        self._limit = self._wire.after(linger, self._end)

    def _end(self) -> None:
        self._repeat.cancel()
        self._limit.cancel()
        self._state = "gone"
        self._on_gone(self)


def ack_of_refusal(invite: Request, response: Response) -> Request:
    """The ACK of a final response above 2xx: part of the INVITE's transaction, on its branch (RFC 3261 section 17.1.1.3)."""
    items = [
        ("Via", str(invite.via)),
        ("Max-Forwards", "70"),
        ("From", invite.headers.get("From") or ""),
        ("To", response.headers.get("To") or ""),
        ("Call-ID", invite.call_id),
        ("CSeq", f"{invite.cseq.number} ACK"),
        *(("Route", value) for value in invite.headers.all("Route")),
    ]
    return Request(method="ACK", uri=invite.uri, headers=Headers(items))
