"""Our 2xx to an INVITE, which the dialog sends again until its ACK comes (RFC 3261 section 13.3.1.4)."""

from __future__ import annotations

from collections.abc import Callable

from ringtrue.telephony.sip.server_transaction import ServerTransaction
from ringtrue.telephony.sip.wire import Timer, Wire


class Acceptance:
    """Repeats the 2xx at T1, twice T1 and so on up to T2, for 64 x T1."""

    def __init__(self, wire: Wire, transaction: ServerTransaction, *, on_silence: Callable[[], None]) -> None:
        self.cseq = transaction.request.cseq.number
        self._wire = wire
        self._transaction = transaction
        self._datagram = transaction.last
        self._interval = wire.times.t1
        self._on_silence = on_silence
        self.is_open = True
        self._repeat: Timer = wire.after(self._interval, self._again)
        self._limit: Timer = wire.after(wire.times.patience, self._give_up)

    def _again(self) -> None:
        self._transaction.resend(self._datagram)
        self._interval = min(self._interval * 2, self._wire.times.t2)
        self._repeat = self._wire.after(self._interval, self._again)

    def _give_up(self) -> None:
        self.close()
        self._on_silence()

    def close(self) -> None:
        """The ACK came, or the call is over."""
        self.is_open = False
        self._repeat.cancel()
        self._limit.cancel()
