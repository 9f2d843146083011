"""A call that comes in: the INVITE waits until the call is committed, then it is accepted or rejected, once."""

from __future__ import annotations

from dataclasses import replace

from ringtrue import ids
from ringtrue.domain.disposition import Disposition
from ringtrue.ids import LegId
from ringtrue.telephony.sip.dialog import as_callee
from ringtrue.telephony.sip.events import Moved, Over
from ringtrue.telephony.sip.line import Line
from ringtrue.telephony.sip.message import Request
from ringtrue.telephony.sip.sdp import NotAcceptable
from ringtrue.telephony.sip.server_transaction import ServerTransaction
from ringtrue.telephony.sip.session import Session
from ringtrue.telephony.sip.transactions import Transactions
from ringtrue.worker.carrier import LegSnapshot


class IncomingCall:
    """One INVITE of a new call. `snapshot` is what a successor must know; `Moved` tells that it changed."""

    def __init__(self, transactions: Transactions, transaction: ServerTransaction, leg_id: LegId) -> None:
        invite = transaction.request
        tag = ids.token_hex(8)
        dialog = as_callee(invite, local_tag=tag)
        self.invite = invite
        self.session: Session | None = None
        self.key = (invite.call_id, tag)
        self.is_over = False
        self._transactions = transactions
        self._wire = transactions.wire
        self._transaction = transaction
        self._dialog = dialog
        self.snapshot = LegSnapshot(
            leg_id=leg_id,
            side="uas",
            state="intended",
            sip_call_id=invite.call_id,
            local_uri=str(invite.to),
            remote_uri=str(invite.from_),
            local_tag=tag,
            remote_tag=invite.from_.tag,
            local_cseq=0,
            target=dialog.target,
            route_set=dialog.route_set,
        )

    @property
    def to_tag(self) -> str:
        """Our tag: one for the whole life of the call."""
        return self.key[1]

    def ring(self) -> None:
        """Tell the caller that the INVITE arrived."""
        self._transaction.respond(100)

    def progress(self, status: int) -> None:
        """Send a provisional response of our own, such as 180: somebody is being alerted."""
        if not self.is_over and self.session is None:
            self._transaction.respond(status, to_tag=self.to_tag, headers=[("Contact", self._wire.contact())])

    def accept(self, line: Line) -> None:
        """Answer with 200, repeated until it is acknowledged. Harmless when the caller gave up."""
        if self.is_over or self.session is not None:
            return
        session = Session(self._transactions, self._dialog, line, credentials=None, tell=self._session_tells)
        self.session = session
        self._move("confirmed")
        try:
            session.accept(self._transaction, to_tag=self.to_tag)
        except NotAcceptable:
            self.session = None
            self.reject(488, Disposition.DIAL_FAILED)

    def reject(self, status: int, disposition: Disposition = Disposition.DIAL_FAILED) -> None:
        """Refuse the call."""
        if self.is_over or self.session is not None:
            return
        self._transaction.respond(status, to_tag=self.to_tag)
        self._over(Over(by="us", disposition=disposition, status=status))

    def hang_up(self, disposition: Disposition) -> None:
        """BYE when answered, else a refusal."""
        if self.session is not None:
            self.session.hang_up(disposition)
        else:
            self.reject(480, disposition)

    def cancelled(self) -> None:
        """The caller gave up (RFC 3261 section 9.2); after our answer that has no effect."""
        if self.session is None and not self.is_over:
            self._transaction.respond(487, to_tag=self.to_tag)
            self._over(Over(by="party", disposition=Disposition.USER_HANGUP, status=487))

    def receive(self, transaction: ServerTransaction) -> None:
        """A request with our tag in To."""
        if transaction.request.from_.tag != self._dialog.remote_tag:
            transaction.respond(481)
        elif self.session is not None:
            self.session.receive(transaction)
        elif transaction.request.method == "BYE":
            transaction.respond(200)
            self.cancelled()
        else:
            # The offer of the INVITE waits for our answer (RFC 3311 section 5.2).
            transaction.respond(500, headers=[("Retry-After", "1")])

    def acknowledged(self, ack: Request) -> None:
        """The ACK of a 200."""
        if self.session is not None:
            self.session.acknowledged(ack)

    def _session_tells(self, event: object) -> None:
        if isinstance(event, Over):
            self._over(event)
        else:
            self._wire.tell(self, event)

    def _move(self, state: str) -> None:
        self.snapshot = replace(self.snapshot, state=state)  # type: ignore[arg-type]  # one of its literals
        self._wire.tell(self, Moved())

    def _over(self, over: Over) -> None:
        if not self.is_over:
            self.is_over = True
            self._move("over")
            self._wire.tell(self, over)
