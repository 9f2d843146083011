"""From what signalling said (SIP status, Q.850 cause) to the disposition: one table for every carrier."""

from __future__ import annotations

from ringtrue.domain.disposition import Cause, Disposition

_D = Disposition
_BY_STATUS: dict[int, Disposition] = {
    **dict.fromkeys((486, 600), _D.DIAL_BUSY),
    **dict.fromkeys((603, 607), _D.USER_DECLINED),
    608: _D.MARKED_AS_SPAM,  # RFC 8688
    **dict.fromkeys((404, 410, 484, 604), _D.INVALID_DESTINATION),
    **dict.fromkeys((480, 487), _D.DIAL_NO_ANSWER),
    **dict.fromkeys((401, 403, 407), _D.TELEPHONY_PROVIDER_PERMISSION_DENIED),
    **dict.fromkeys((500, 502, 503, 504), _D.TELEPHONY_PROVIDER_UNAVAILABLE),
    **dict.fromkeys((416, 482, 483), _D.SIP_ROUTING_ERROR),
}
_BY_Q850: dict[int, Disposition] = {
    17: _D.DIAL_BUSY,
    21: _D.USER_DECLINED,
    **dict.fromkeys((1, 22, 28), _D.INVALID_DESTINATION),
    **dict.fromkeys((18, 19), _D.DIAL_NO_ANSWER),
    **dict.fromkeys((34, 38, 41, 42), _D.TELEPHONY_PROVIDER_UNAVAILABLE),
    25: _D.SIP_ROUTING_ERROR,
}
_REQUEST_TIMEOUT = 408


def of_refusal(sip_status: int, *, q850: int | None, had_ringing: bool) -> Disposition:
    """The disposition of a final refusal of our INVITE.

    A specific Q.850 cause wins over the status; 16 (normal clearing) and 31 (normal, unspecified) say nothing. A 408
    after a 180 means that nobody answered, before it that nobody was reached.
    """
    if q850 is not None and q850 in _BY_Q850:
        return _BY_Q850[q850]
    if sip_status == _REQUEST_TIMEOUT:
        return _D.DIAL_NO_ANSWER if had_ringing else _D.TELEPHONY_PROVIDER_UNAVAILABLE
    return _BY_STATUS.get(sip_status, _D.DIAL_FAILED)


def cause(*, sip_status: int | None = None, q850: int | None = None) -> Cause | None:
    """The raw codes as they are kept; None when there are none."""
    return Cause(sip_status=sip_status, q850=q850) if sip_status is not None or q850 is not None else None
