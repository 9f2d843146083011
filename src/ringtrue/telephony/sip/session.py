"""An answered call's signalling, the same for both directions: what comes in within the dialog, and our BYE.

An offer of the far end is answered at once. When it sent none (an INVITE without a body) ours goes out in the 200 and
its answer comes in the ACK; until then further offers are met with 491 (RFC 3311 section 5.2).
"""

from __future__ import annotations

from collections.abc import Callable

from ringtrue.domain.disposition import Disposition
from ringtrue.telephony.sip import auth, sdp
from ringtrue.telephony.sip.acceptance import Acceptance
from ringtrue.telephony.sip.auth import Credentials
from ringtrue.telephony.sip.dialog import Dialog
from ringtrue.telephony.sip.events import Connected, MediaChanged, Over
from ringtrue.telephony.sip.grammar import parse_reasons
from ringtrue.telephony.sip.line import Line
from ringtrue.telephony.sip.message import Message, Request, Response
from ringtrue.telephony.sip.server_transaction import ServerTransaction
from ringtrue.telephony.sip.transactions import Transactions
from ringtrue.telephony.sip.wire import ALLOW

SDP_TYPE = ("Content-Type", "application/sdp")


def q850_of(message: Message) -> int | None:
    """The Q.850 cause of its Reason header (RFC 3326)."""
    reasons = parse_reasons(message.headers.all("Reason"))
    return next((one.cause for one in reasons if one.protocol == "Q.850" and one.cause is not None), None)


class Session:
    """The dialog of an answered call; tells `tell` of media changes and of the end."""

    def __init__(
        self,
        transactions: Transactions,
        dialog: Dialog,
        line: Line,
        *,
        credentials: Credentials | None,
        tell: Callable[[object], None],
    ) -> None:
        self.dialog = dialog
        self._transactions = transactions
        self._wire = transactions.wire
        self._line = line
        self._credentials = credentials
        self._tell = tell
        self._acceptance: Acceptance | None = None
        self._awaits_answer = False
        self._is_connected = False
        self._bye_waits: Disposition | None = None
        self.is_over = False

    # --- the line ---------------------------------------------------------------------------------------------------

    def connected(self, media: sdp.Media) -> None:
        """The line is agreed, for the first time or anew."""
        if self._is_connected:
            self._tell(MediaChanged(media=media))
        else:
            self._is_connected = True
            self._tell(Connected(media=media))

    def accept(self, transaction: ServerTransaction, *, to_tag: str | None = None) -> None:
        """Answer an INVITE with 200. Raises NotAcceptable when nothing in its offer can be used; nothing is sent then."""
        offer = transaction.request.body
        agreed = self._line.answer(offer) if offer else None
        body = agreed.body if agreed is not None else self._line.offer()
        self._awaits_answer = agreed is None
        headers = [("Contact", self._wire.contact()), ("Allow", ALLOW), SDP_TYPE]
        transaction.respond(200, to_tag=to_tag, headers=headers, body=body)
        if self._acceptance is not None:
            self._acceptance.close()
        self._acceptance = Acceptance(self._wire, transaction, on_silence=self._never_acknowledged)
        if agreed is not None:
            self.connected(agreed.media)

    def acknowledged(self, ack: Request) -> None:
        """An ACK came."""
        if self._acceptance is None or not self._acceptance.is_open or ack.cseq.number != self._acceptance.cseq:
            return
        self._acceptance.close()
        if self._bye_waits is not None:
            self._send_bye(self._bye_waits)
        elif self._awaits_answer:
            self._awaits_answer = False
            self._take_answer(ack)

    def _take_answer(self, ack: Request) -> None:
        try:
            self.connected(sdp.read_answer(ack.body))
        except sdp.NotAcceptable:
            self._send_bye(Disposition.DIAL_FAILED)
            self._end(Over(by="carrier", disposition=Disposition.DIAL_FAILED))

    def _never_acknowledged(self) -> None:
        """No ACK in 64 x T1: the far end never knew that we answered (section 13.3.1.4)."""
        self._send_bye(self._bye_waits or Disposition.TELEPHONY_PROVIDER_UNAVAILABLE)
        self._end(Over(by="carrier", disposition=Disposition.TELEPHONY_PROVIDER_UNAVAILABLE))

    # --- requests of theirs -----------------------------------------------------------------------------------------

    def receive(self, transaction: ServerTransaction) -> None:
        """A request within the dialog."""
        request = transaction.request
        if not self.dialog.is_newer(request.cseq.number):
            transaction.respond(500, headers=[("Retry-After", "1")])
            return
        match request.method:
            case "BYE":
                self._bye_came(transaction)
            case _ if self.is_over:
                transaction.respond(481)
            case "INVITE":
                self._reinvited(transaction)
            case "UPDATE":
                self._updated(transaction)
            case "OPTIONS":
                transaction.respond(200, headers=[("Allow", ALLOW), ("Accept", "application/sdp")])
            case "INFO":
                transaction.respond(200)
            case _:
                transaction.respond(481)  # NOTIFY: there is no subscription (RFC 6665 section 4.1.3)

    def _bye_came(self, transaction: ServerTransaction) -> None:
        transaction.respond(200)
        if self._acceptance is not None:
            self._acceptance.close()
        self._end(Over(by="party", disposition=Disposition.USER_HANGUP, q850=q850_of(transaction.request)))

    def _reinvited(self, transaction: ServerTransaction) -> None:
        if self._awaits_answer:
            transaction.respond(491)
            return
        try:
            self.accept(transaction)
        except sdp.NotAcceptable:
            transaction.respond(488)
            return
        self.dialog.refresh(transaction.request)

    def _updated(self, transaction: ServerTransaction) -> None:
        request = transaction.request
        headers = [("Contact", self._wire.contact()), ("Allow", ALLOW)]
        if not request.body:
            self.dialog.refresh(request)
            transaction.respond(200, headers=headers)
            return
        if self._awaits_answer:
            transaction.respond(491)
            return
        try:
            agreed = self._line.answer(request.body)
        except sdp.NotAcceptable:
            transaction.respond(488)
            return
        self.dialog.refresh(request)
        transaction.respond(200, headers=[*headers, SDP_TYPE], body=agreed.body)
        self.connected(agreed.media)

    # --- the end ----------------------------------------------------------------------------------------------------

    def hang_up(self, disposition: Disposition) -> None:
        """End the call. A callee says BYE only once its 200 is acknowledged (section 15); the line is closed at once."""
        if self.is_over:
            return
        if self._acceptance is not None and self._acceptance.is_open:
            self._bye_waits = disposition
        else:
            self._send_bye(disposition)
        self._end(Over(by="us", disposition=disposition))

    def _end(self, over: Over) -> None:
        if not self.is_over:
            self.is_over = True
            self._tell(over)

    def _send_bye(self, disposition: Disposition) -> None:
        cause = 41 if disposition.is_error else 16  # Q.850: temporary failure, normal call clearing
        send_bye(self._transactions, self.dialog, self._credentials, cause=cause)


def send_bye(
    transactions: Transactions,
    dialog: Dialog,
    credentials: Credentials | None,
    *,
    cause: int = 16,
    on_done: Callable[[Response | None], None] = lambda _response: None,
) -> None:
    """Say BYE until it is answered, proving who we are when asked; `on_done` gets the final response, None for silence."""

    proofs = auth.Proofs(credentials)

    def attempt() -> None:
        headers = [("Reason", f"Q.850;cause={cause}"), *proofs.headers]
        request, destination = dialog.request(transactions.wire, "BYE", headers=headers)

        def answered(response: Response) -> None:
            if response.status < 200:
                return
            if proofs.add(response, request):
                attempt()
            else:
                on_done(response)

        transactions.send(request, destination, on_response=answered, on_failure=lambda _failure: on_done(None))

    attempt()
