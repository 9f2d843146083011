"""A call that we place: one INVITE (asked again with proof when challenged), its answer, and every way in which it fails.

A CANCEL may leave only after the first provisional response (RFC 3261 section 9.1), and can cross a 200 on the way: then
the 200 is acknowledged and the call it made is ended with BYE. The object outlives the call, so that whatever arrives late
is still answered.
"""

from __future__ import annotations

from dataclasses import replace

from ringtrue.domain import causes
from ringtrue.domain.disposition import Disposition
from ringtrue.telephony.sip import auth, sdp
from ringtrue.telephony.sip.auth import Credentials
from ringtrue.telephony.sip.client_transaction import Failure
from ringtrue.telephony.sip.dialog import Dialog, as_caller, tagged
from ringtrue.telephony.sip.events import Moved, Over, Rang
from ringtrue.telephony.sip.line import Line
from ringtrue.telephony.sip.message import Headers, Request, Response
from ringtrue.telephony.sip.server_transaction import ServerTransaction
from ringtrue.telephony.sip.session import SDP_TYPE, Session, q850_of, send_bye
from ringtrue.telephony.sip.transactions import Transactions
from ringtrue.telephony.sip.wire import ALLOW, Address, Timer, new_branch
from ringtrue.worker.carrier import LegSnapshot


class OutgoingCall:
    """One ring of one phone. `snapshot` is what a successor must know; `Moved` tells that it changed."""

    def __init__(
        self,
        transactions: Transactions,
        snapshot: LegSnapshot,
        destination: Address,
        line: Line,
        *,
        ring_seconds: float,
        credentials: Credentials | None,
    ) -> None:
        self.snapshot = snapshot
        self.session: Session | None = None
        self.key = (snapshot.sip_call_id, snapshot.local_tag)
        self._transactions = transactions
        self._wire = transactions.wire
        self._destination = destination
        self._line = line
        self._credentials = credentials
        self._offer = line.offer()
        self._early_media: sdp.Media | None = None
        self._acks: dict[str, tuple[bytes, Address]] = {}
        self._had_ringing = False
        self._asked: Disposition | None = None
        self._has_cancelled = False
        self._is_over = False
        self._proofs = auth.Proofs(credentials)
        self._invite = self._send_invite()
        self._ring: Timer = self._wire.after(ring_seconds, self._ring_time_over)

    # --- the INVITE -------------------------------------------------------------------------------------------------

    def _send_invite(self) -> Request:
        snapshot, wire = self.snapshot, self._wire
        items = [
            ("Via", wire.via(snapshot.branch)),
            ("Max-Forwards", "70"),
            ("From", tagged(snapshot.local_uri, snapshot.local_tag)),
            ("To", snapshot.remote_uri),
            ("Call-ID", snapshot.sip_call_id),
            ("CSeq", f"{snapshot.local_cseq} INVITE"),
            ("Contact", wire.contact()),
            ("Allow", ALLOW),
            *self._proofs.headers,
            SDP_TYPE,
        ]
        request = Request(method="INVITE", uri=snapshot.request_uri, headers=Headers(items), body=self._offer)
        self._pending = self._transactions.send(request, self._destination, on_response=self._responded, on_failure=self._failed)
        return request

    def _move(self, **changes: object) -> None:
        self.snapshot = replace(self.snapshot, **changes)  # type: ignore[arg-type]  # the fields of LegSnapshot
        self._wire.tell(self, Moved())

    def _failed(self, failure: Failure) -> None:
        """Timer B, or the port is closed: nothing of us was ever heard."""
        self._over(Over(by="carrier", disposition=self._asked or Disposition.TELEPHONY_PROVIDER_UNAVAILABLE))

    def _responded(self, response: Response) -> None:
        if response.status < 200:
            self._provisional(response)
        elif response.status < 300:
            self._answered(response)
        else:
            self._refused(response)

    def _provisional(self, response: Response) -> None:
        if response.status > 100:
            self._early(response)
        elif not self.snapshot.had_provisional:
            self._move(state="inviting", had_provisional=True)
        if self._asked is not None:
            self._send_cancel()

    def _early(self, response: Response) -> None:
        dialog = as_caller(response, cseq=self.snapshot.local_cseq)
        if self.snapshot.state != "early" or self.snapshot.remote_tag != dialog.remote_tag:
            self._move(
                state="early",
                had_provisional=True,
                remote_tag=dialog.remote_tag,
                target=dialog.target,
                route_set=dialog.route_set,
            )
        self._had_ringing = self._had_ringing or 180 <= response.status < 190
        if response.body:
            self._early_media = _media_of(response) or self._early_media
        self._wire.tell(self, Rang(status=response.status))

    # --- the answer -------------------------------------------------------------------------------------------------

    def _answered(self, response: Response) -> None:
        tag = response.to.tag or ""
        if tag in self._acks:
            self._wire.resend(*self._acks[tag])
            return
        dialog = as_caller(response, cseq=self.snapshot.local_cseq)
        self._acknowledge(tag, dialog)
        if self._asked is not None or self._is_over or self.session is not None:
            # Our CANCEL crossed it, or a fork answered second: nobody may be left talking to nobody.
            send_bye(self._transactions, dialog, self._credentials)
            if self.session is None:
                self._over(Over(by="us", disposition=self._asked or Disposition.CANCELLED))
            return
        media = _media_of(response) if response.body else self._early_media
        if media is None:
            send_bye(self._transactions, dialog, self._credentials)
            self._over(Over(by="carrier", disposition=Disposition.DIAL_FAILED, status=response.status))
            return
        self._ring.cancel()
        self._move(
            state="confirmed",
            had_provisional=True,
            remote_tag=dialog.remote_tag,
            target=dialog.target,
            route_set=dialog.route_set,
        )
        self.session = Session(self._transactions, dialog, self._line, credentials=self._credentials, tell=self._session_tells)
        self.session.connected(media)

    def _acknowledge(self, tag: str, dialog: Dialog) -> None:
        # The ACK carries the same proofs as its INVITE (section 13.2.2.4).
        ack, destination = dialog.request(self._wire, "ACK", cseq=self.snapshot.local_cseq, headers=self._proofs.headers)
        self._acks[tag] = (self._wire.send(ack, destination), destination)

    def _session_tells(self, event: object) -> None:
        if isinstance(event, Over):
            self._over(event)
        else:
            self._wire.tell(self, event)

    # --- the refusal ------------------------------------------------------------------------------------------------

    def _refused(self, response: Response) -> None:
        if self._asked is None and self._proofs.add(response, self._invite):
            self._move(branch=new_branch(), local_cseq=self.snapshot.local_cseq + 1, had_provisional=False, state="inviting")
            self._invite = self._send_invite()
            return
        q850 = q850_of(response)
        if self._asked is not None:
            self._over(Over(by="us", disposition=self._asked, status=response.status, q850=q850))
            return
        disposition = causes.of_refusal(response.status, q850=q850, had_ringing=self._had_ringing)
        by = "party" if disposition is Disposition.USER_DECLINED else "carrier"
        self._over(Over(by=by, disposition=disposition, status=response.status, q850=q850))  # type: ignore[arg-type]

    # --- from our side ----------------------------------------------------------------------------------------------

    def hang_up(self, disposition: Disposition) -> None:
        """BYE when answered; else CANCEL, now or at the first provisional response. The first reason counts."""
        if self.session is not None:
            self.session.hang_up(disposition)
        elif self._asked is None and not self._is_over:
            self._asked = disposition
            if self.snapshot.had_provisional:
                self._send_cancel()

    def _ring_time_over(self) -> None:
        if self.snapshot.had_provisional:
            self.hang_up(Disposition.DIAL_NO_ANSWER)
        else:
            # Not even a 100: nobody was reached. Should somebody answer yet, the CANCEL or BYE still goes out.
            self._asked = self._asked or Disposition.TELEPHONY_PROVIDER_UNAVAILABLE
            self._over(Over(by="carrier", disposition=self._asked))

    def _send_cancel(self) -> None:
        if self._has_cancelled:
            return
        self._has_cancelled = True
        cancel = cancel_of(self._invite)
        self._transactions.send(cancel, self._destination, on_response=lambda _r: None, on_failure=lambda _f: None)
        self._wire.after(self._wire.times.patience, self._cancel_ran_out)

    def _cancel_ran_out(self) -> None:
        """Should no final response have followed, the INVITE counts as cancelled and is given up (section 9.1)."""
        self._pending.give_up()
        self._over(Over(by="us", disposition=self._asked or Disposition.CANCELLED))

    def _over(self, over: Over) -> None:
        if self._is_over:
            return
        self._is_over = True
        self._ring.cancel()
        self._move(state="over")
        self._wire.tell(self, over)

    # --- requests of theirs -----------------------------------------------------------------------------------------

    def receive(self, transaction: ServerTransaction) -> None:
        """A request with our tag in To."""
        if self.session is not None and transaction.request.from_.tag == self.session.dialog.remote_tag:
            self.session.receive(transaction)
        elif self.session is None and transaction.request.method in ("UPDATE", "INFO", "OPTIONS"):
            # An early dialog: our offer waits for its answer, so no other may be made (RFC 3311 section 5.2).
            transaction.respond(491 if transaction.request.body and transaction.request.method == "UPDATE" else 200)
        else:
            transaction.respond(481)

    def acknowledged(self, ack: Request) -> None:
        """The ACK of a re-INVITE."""
        if self.session is not None:
            self.session.acknowledged(ack)


def cancel_of(invite: Request) -> Request:
    """The CANCEL of an INVITE: same Request-URI, branch, From, To, Call-ID, number (section 9.1)."""
    items = [
        ("Via", str(invite.via)),
        ("Max-Forwards", "70"),
        ("From", invite.headers.get("From") or ""),
        ("To", invite.headers.get("To") or ""),
        ("Call-ID", invite.call_id),
        ("CSeq", f"{invite.cseq.number} CANCEL"),
        *(("Route", value) for value in invite.headers.all("Route")),
        ("Reason", 'SIP;cause=487;text="Request Terminated"'),
    ]
    return Request(method="CANCEL", uri=invite.uri, headers=Headers(items))


def _media_of(response: Response) -> sdp.Media | None:
    try:
        return sdp.read_answer(response.body)
    except sdp.NotAcceptable:
        return None
