"""Our end of one audio line: what we offer and answer, with the origin's version counted as RFC 3264 section 8 wants it."""

from __future__ import annotations

from ringtrue.telephony.sip import sdp


class Line:
    """One media port of ours, as the far end is told of it."""

    def __init__(self, *, address: str, port: int, origin: int) -> None:
        self._address = address
        self._port = port
        self._origin = origin
        self._version = 1
        self._last: bytes | None = None

    def offer(self) -> bytes:
        """Our offer."""
        return self._numbered(
            sdp.make_offer(address=self._address, port=self._port, session_id=self._origin, version=self._version)
        )

    def answer(self, offer: bytes) -> sdp.Agreed:
        """Our answer and what it agrees to. Raises NotAcceptable; nothing changes then."""

        def answered(version: int) -> sdp.Agreed:
            return sdp.answer_offer(offer, address=self._address, port=self._port, session_id=self._origin, version=version)

        agreed = answered(self._version)
        if self._last is not None and agreed.body != self._last:
            self._version += 1
            agreed = answered(self._version)
        self._last = agreed.body
        return agreed

    def _numbered(self, body: bytes) -> bytes:
        if self._last is not None and body != self._last:
            self._version += 1
            body = sdp.make_offer(address=self._address, port=self._port, session_id=self._origin, version=self._version)
        self._last = body
        return body
