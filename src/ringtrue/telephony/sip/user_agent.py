"""The user agent: datagrams in, acts out. Pure: it is fed with the time and never waits.

A message goes to its transaction, else to its call by Call-ID and our tag, else it is answered alone. Only sources that are
allowed may open a call or ask anything outside one; what lies within a dialog is known by tags that nobody can guess, so it
is taken from anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from ringtrue import ids
from ringtrue.domain.disposition import Disposition
from ringtrue.ids import LegId
from ringtrue.telephony.sip import sdp
from ringtrue.telephony.sip.abandoned import Abandoned
from ringtrue.telephony.sip.answering import answer_alone, refusal_of
from ringtrue.telephony.sip.auth import Credentials
from ringtrue.telephony.sip.dialog import as_caller
from ringtrue.telephony.sip.events import Arrived, Ignored
from ringtrue.telephony.sip.incoming import IncomingCall
from ringtrue.telephony.sip.line import Line
from ringtrue.telephony.sip.message import BadMessage, Message, Request, Response, make_response, parse
from ringtrue.telephony.sip.outgoing import OutgoingCall
from ringtrue.telephony.sip.server_transaction import ServerTransaction, reply_address, stamped
from ringtrue.telephony.sip.session import send_bye
from ringtrue.telephony.sip.transactions import Transactions
from ringtrue.telephony.sip.wire import Act, Address, Wire
from ringtrue.worker.carrier import LegSnapshot

_LINGER = 4  # times 64 x T1: until then what comes late for a call that is over is still answered as its own

_K = TypeVar("_K")
_V = TypeVar("_V")


class _KnownCall(Protocol):
    """What in-dialog requests are passed to."""

    key: tuple[str, str]

    def receive(self, transaction: ServerTransaction) -> None: ...

    def acknowledged(self, ack: Request) -> None: ...


class UserAgent:
    """See the module. After every method empty the tray with `take`."""

    def __init__(
        self,
        wire: Wire,
        *,
        is_allowed: Callable[[str], bool],
        new_leg_id: Callable[[], LegId],
        credentials: Credentials | None = None,
    ) -> None:
        self.wire = wire
        self.is_closing = False
        self._transactions = Transactions(wire)
        self._is_allowed = is_allowed
        self._new_leg_id = new_leg_id
        self._credentials = credentials
        self._calls: dict[tuple[str, str], _KnownCall] = {}
        self._waiting: dict[int, IncomingCall] = {}
        self._abandoned: dict[tuple[str, str], Abandoned] = {}

    # --- from our side ----------------------------------------------------------------------------------------------

    def dial(self, snapshot: LegSnapshot, destination: Address, line: Line, *, ring_seconds: float) -> OutgoingCall:
        """Ring a phone once."""
        call = OutgoingCall(
            self._transactions, snapshot, destination, line, ring_seconds=ring_seconds, credentials=self._credentials
        )
        self._calls[call.key] = call
        return call

    def abandon(self, snapshot: LegSnapshot, destination: Address | None, disposition: Disposition) -> Abandoned:
        """End a leg of a dead worker; `Over` tells when it is done."""
        leg = Abandoned(self._transactions, snapshot, destination, disposition=disposition, credentials=self._credentials)
        self._abandoned[leg.key] = leg
        self._drop_later(self._abandoned, leg.key)
        leg.start()
        return leg

    def forget(self, call: _KnownCall) -> None:
        """The call is over: keep it only for what may still come."""
        self._drop_later(self._calls, call.key)

    def _drop_later(self, kept: dict[_K, _V], key: _K) -> None:
        def drop() -> None:
            kept.pop(key, None)

        self.wire.after(_LINGER * self.wire.times.patience, drop)

    def refused(self, destination: Address, now: float) -> None:
        """Nobody listens at that address (ICMP)."""
        self.tick(now)
        self._transactions.refused(destination)

    def tick(self, now: float) -> None:
        """Let time pass."""
        self.wire.run_timers(now)

    def next_due(self) -> float | None:
        """When `tick` is due."""
        return self.wire.next_due()

    def take(self) -> list[Act]:
        """What is to happen, in order."""
        return self.wire.take()

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits for an answer from the far end."""
        return len(self._transactions) == 0

    # --- what comes in ----------------------------------------------------------------------------------------------

    def receive(self, datagram: bytes, source: Address, now: float) -> None:
        """A datagram came."""
        self.tick(now)
        if not datagram.strip(b"\r\n\0"):
            return  # a keep-alive (RFC 5626 section 3.5.1)
        try:
            message: Message = parse(datagram)
        except BadMessage as exc:
            self._answer_bad(exc, source)
            return
        if isinstance(message, Response):
            self._response(message, source)
        elif message.method == "ACK":
            self._ack(message)
        else:
            self._request(message, source)

    def _answer_bad(self, bad: BadMessage, source: Address) -> None:
        request = bad.request
        if request is None or request.method == "ACK" or not self._is_allowed(source[0]):
            return
        response = make_response(stamped(request, source), bad.status, to_tag=ids.token_hex(8))
        self.wire.send(response, reply_address(request, source))

    def _response(self, response: Response, source: Address) -> None:
        if self._transactions.receive_response(response) or response.cseq.method != "INVITE":
            return
        key = (response.call_id, response.from_.tag or "")
        if 200 <= response.status < 300:
            # Whoever knows no tag of ours must not make us send BYEs, with proofs of who we are, wherever a Contact points.
            if key in self._calls or key in self._abandoned or self._is_allowed(source[0]):
                self._stray_answer(response)
        elif response.status >= 300 and key in self._abandoned:
            self._abandoned[key].refused(response)

    def _stray_answer(self, response: Response) -> None:
        """A 200 that no transaction waits for: late, from a fork, or for a worker that died. ACK, then BYE."""
        if response.from_.tag is None or response.to.tag is None:
            return
        dialog = as_caller(response, cseq=response.cseq.number)
        ack, destination = dialog.request(self.wire, "ACK", cseq=response.cseq.number)
        self.wire.send(ack, destination)
        send_bye(self._transactions, dialog, self._credentials)

    def _ack(self, ack: Request) -> None:
        transaction = self._transactions.known(ack)
        if transaction is not None and transaction.acknowledged():
            return
        call = self._call_of(ack)
        if call is not None:
            call.acknowledged(ack)

    def _call_of(self, request: Request) -> _KnownCall | None:
        return self._calls.get((request.call_id, request.to.tag or ""))

    def _request(self, request: Request, source: Address) -> None:
        known = self._transactions.known(request)
        if known is not None:
            known.repeated()
            return
        call = self._call_of(request) if request.to.tag is not None else None
        if call is None and request.method != "CANCEL" and not self._is_allowed(source[0]):
            self.wire.tell(self, Ignored(method=request.method, host=source[0]))
            return
        if request.method == "CANCEL":
            self._cancel(request, source)
            return
        is_merged = self._transactions.is_merged(request)
        transaction = self._transactions.open(request, source)
        refusal = (482, ()) if is_merged else refusal_of(transaction.request)
        if refusal is not None:
            transaction.respond(refusal[0], to_tag=ids.token_hex(8), headers=refusal[1])
        elif call is not None:
            call.receive(transaction)
        elif request.method == "INVITE" and request.to.tag is None:
            self._arrived(transaction)
        else:
            answer_alone(transaction, to_tag=ids.token_hex(8))

    def _cancel(self, cancel: Request, source: Address) -> None:
        invite = self._transactions.invite_of(cancel)
        if invite is None and not self._is_allowed(source[0]):
            return
        transaction = self._transactions.open(cancel, source)
        if invite is None:
            transaction.respond(481, to_tag=ids.token_hex(8))
            return
        call = self._waiting.get(id(invite))
        transaction.respond(200, to_tag=call.to_tag if call is not None else ids.token_hex(8))
        if call is not None:
            call.cancelled()

    def _arrived(self, transaction: ServerTransaction) -> None:
        invite = transaction.request
        if self.is_closing:
            transaction.respond(503, to_tag=ids.token_hex(8), headers=[("Retry-After", "10")])
            return
        if invite.from_.tag is None:
            transaction.respond(400, to_tag=ids.token_hex(8))
            return
        if invite.body:
            try:
                sdp.answer_offer(invite.body, address="127.0.0.1", port=9, session_id=1, version=1)
            except sdp.NotAcceptable:
                transaction.respond(488, to_tag=ids.token_hex(8), headers=[("Accept", "application/sdp")])
                return
        call = IncomingCall(self._transactions, transaction, self._new_leg_id())
        self._calls[call.key] = call
        self._waiting[id(transaction)] = call
        self._drop_later(self._waiting, id(transaction))
        call.ring()
        self.wire.tell(call, Arrived())
