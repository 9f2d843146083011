"""The transaction layer: finds the transaction that a message belongs to (RFC 3261 sections 17.1.3 and 17.2.3)."""

from __future__ import annotations

from ringtrue.telephony.sip.client_transaction import ClientTransaction, OnFailure, OnResponse
from ringtrue.telephony.sip.message import Request, Response
from ringtrue.telephony.sip.server_transaction import Key, ServerTransaction, key_of, stamped
from ringtrue.telephony.sip.wire import Address, Wire


class Transactions:
    """Every transaction in progress."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self._clients: dict[tuple[str, str], ClientTransaction] = {}
        self._servers: dict[Key, ServerTransaction] = {}

    def __len__(self) -> int:
        return len(self._clients) + len(self._servers)

    # --- ours -------------------------------------------------------------------------------------------------------

    def send(
        self, request: Request, destination: Address, *, on_response: OnResponse, on_failure: OnFailure
    ) -> ClientTransaction:
        """Send a request (not an ACK) and hear what becomes of it."""
        transaction = ClientTransaction(
            self.wire,
            request,
            destination,
            on_response=on_response,
            on_failure=on_failure,
            on_gone=self._forget,
        )
        self._clients[transaction.key] = transaction
        return transaction

    def _forget(self, transaction: ClientTransaction) -> None:
        self._clients.pop(transaction.key, None)

    def receive_response(self, response: Response) -> bool:
        """Pass it to its transaction; False when there is none."""
        transaction = self._clients.get((response.via.branch, response.cseq.method))
        if transaction is None:
            return False
        transaction.receive(response)
        return True

    def refused(self, destination: Address) -> None:
        """Nobody listens at that address."""
        for transaction in list(self._clients.values()):
            if transaction.destination == destination:
                transaction.refused()

    # --- theirs -----------------------------------------------------------------------------------------------------

    def known(self, request: Request) -> ServerTransaction | None:
        """The transaction that this request repeats or acknowledges."""
        return self._servers.get(key_of(request))

    def invite_of(self, cancel: Request) -> ServerTransaction | None:
        """The INVITE that a CANCEL means: the same branch and sender (section 9.2)."""
        key = key_of(cancel)
        return self._servers.get((*key[:-1], "INVITE"))

    def open(self, request: Request, source: Address) -> ServerTransaction:
        """A transaction of a request that is new; its Via is stamped with where it came from."""
        key = key_of(request)  # As it was sent: repeats come without the stamp.

        def forget() -> None:
            self._servers.pop(key, None)

        transaction = ServerTransaction(self.wire, stamped(request, source), source, on_gone=forget)
        self._servers[key] = transaction
        return transaction

    def is_merged(self, request: Request) -> bool:
        """Whether the same request came by another way already (section 8.2.2.2)."""
        if request.to.tag is not None:
            return False
        identity = (request.call_id, request.from_.tag, str(request.cseq))
        return any(
            (other.request.call_id, other.request.from_.tag, str(other.request.cseq)) == identity
            for other in self._servers.values()
        )
