"""A leg whose worker died, ended by its successor from the stored snapshot: CANCEL while it rings, BYE once it is answered.

The dead worker may have gone further than it could write down. So a CANCEL that the far end knows nothing of is followed by
a BYE when the far end's tag is known, and a 200 that comes late is acknowledged and ended by the user agent.
"""

from __future__ import annotations

from ringtrue.domain.disposition import Disposition
from ringtrue.telephony.sip.auth import Credentials
from ringtrue.telephony.sip.client_transaction import Failure, ack_of_refusal
from ringtrue.telephony.sip.dialog import Dialog, next_hop, tagged
from ringtrue.telephony.sip.events import Over
from ringtrue.telephony.sip.message import Headers, Request, Response
from ringtrue.telephony.sip.outgoing import cancel_of
from ringtrue.telephony.sip.session import q850_of, send_bye
from ringtrue.telephony.sip.transactions import Transactions
from ringtrue.telephony.sip.wire import Address
from ringtrue.worker.carrier import LegSnapshot

_BYE_CAUSE = 41  # Q.850: temporary failure


class Abandoned:
    """Tells `Over` when the far end has confirmed, or kept silent for 64 x T1."""

    def __init__(
        self,
        transactions: Transactions,
        snapshot: LegSnapshot,
        destination: Address | None,
        *,
        disposition: Disposition,
        credentials: Credentials | None,
    ) -> None:
        self.key = (snapshot.sip_call_id, snapshot.local_tag)
        self._transactions = transactions
        self._wire = transactions.wire
        self._snapshot = snapshot
        self._destination = destination
        self._disposition = disposition
        self._credentials = credentials
        self._invite = self._rebuilt_invite()
        self._is_over = False

    def start(self) -> None:
        """Send what the leg's state needs."""
        snapshot = self._snapshot
        if snapshot.state == "confirmed":
            self._bye()
        elif snapshot.side == "uac" and snapshot.state != "over" and self._destination is not None:
            self._cancel(self._destination)
        else:
            # An INVITE that we never answered: the caller's own timers end it, and its repeats are refused.
            self._over(None)

    def _rebuilt_invite(self) -> Request:
        snapshot = self._snapshot
        items = [
            ("Via", self._wire.via(snapshot.branch)),
            ("From", tagged(snapshot.local_uri, snapshot.local_tag)),
            ("To", snapshot.remote_uri),
            ("Call-ID", snapshot.sip_call_id),
            ("CSeq", f"{max(snapshot.local_cseq, 1)} INVITE"),
        ]
        return Request(method="INVITE", uri=snapshot.request_uri or snapshot.target, headers=Headers(items))

    def _cancel(self, destination: Address) -> None:
        self._transactions.send(
            cancel_of(self._invite), destination, on_response=self._cancel_answered, on_failure=self._cancel_unanswered
        )

    def _cancel_unanswered(self, _failure: Failure) -> None:
        self._over(None)

    def _cancel_answered(self, response: Response) -> None:
        if response.status < 200:
            return
        if response.status >= 300 and self._snapshot.remote_tag is not None and self._snapshot.target:
            self._bye()  # It rings no more: it was answered, and the answer never got into the snapshot.
        else:
            self._over(response)

    def _bye(self) -> None:
        snapshot = self._snapshot
        dialog = Dialog(
            call_id=snapshot.sip_call_id,
            local=tagged(snapshot.local_uri, snapshot.local_tag),
            remote=tagged(snapshot.remote_uri, snapshot.remote_tag or ""),
            remote_tag=snapshot.remote_tag,
            target=snapshot.target,
            route_set=snapshot.route_set,
            local_cseq=snapshot.local_cseq,
        )
        send_bye(self._transactions, dialog, self._credentials, cause=_BYE_CAUSE, on_done=self._over)

    def refused(self, response: Response) -> None:
        """The final refusal of the dead worker's INVITE (487 after our CANCEL) reached us: acknowledge it."""
        destination = self._destination or next_hop(self._invite.uri, ())
        self._wire.send(ack_of_refusal(self._invite, response), destination)

    def _over(self, response: Response | None) -> None:
        if not self._is_over:
            self._is_over = True
            status, q850 = (response.status, q850_of(response)) if response is not None else (None, None)
            self._wire.tell(self, Over(by="us", disposition=self._disposition, status=status, q850=q850))
