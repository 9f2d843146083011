"""From SIP statuses and Q.850 causes to dispositions: every row of the public table that signalling can show."""

from __future__ import annotations

import pytest

from ringtrue.domain import causes
from ringtrue.domain.disposition import Cause, Disposition

D = Disposition
BY_STATUS = {
    D.DIAL_BUSY: (486, 600),
    D.USER_DECLINED: (603, 607),
    D.MARKED_AS_SPAM: (608,),
    D.INVALID_DESTINATION: (404, 410, 484, 604),
    D.DIAL_NO_ANSWER: (480, 487),
    D.TELEPHONY_PROVIDER_PERMISSION_DENIED: (401, 403, 407),
    D.TELEPHONY_PROVIDER_UNAVAILABLE: (500, 502, 503, 504),
    D.SIP_ROUTING_ERROR: (416, 482, 483),
    D.DIAL_FAILED: (300, 301, 302, 305, 380, 400, 405, 415, 420, 481, 485, 488, 491, 501, 505, 606, 699),
}
BY_Q850 = {
    D.DIAL_BUSY: (17,),
    D.USER_DECLINED: (21,),
    D.INVALID_DESTINATION: (1, 22, 28),
    D.DIAL_NO_ANSWER: (18, 19),
    D.TELEPHONY_PROVIDER_UNAVAILABLE: (34, 38, 41, 42),
    D.SIP_ROUTING_ERROR: (25,),
}


def rows(table: dict[Disposition, tuple[int, ...]]) -> list[tuple[int, Disposition]]:
    """Each code with its disposition."""
    return [(code, disposition) for disposition, codes in table.items() for code in codes]


@pytest.mark.parametrize("had_ringing", [False, True])
@pytest.mark.parametrize(("status", "disposition"), rows(BY_STATUS))
def test_a_final_status_says_why(status: int, disposition: Disposition, had_ringing: bool) -> None:
    """Whether it rang before changes nothing."""
    assert causes.of_refusal(status, q850=None, had_ringing=had_ringing) is disposition


@pytest.mark.parametrize("status", [404, 408, 480, 486, 487, 500, 503, 603])
@pytest.mark.parametrize(("q850", "disposition"), rows(BY_Q850))
def test_a_specific_q850_cause_wins_over_the_status(status: int, q850: int, disposition: Disposition) -> None:
    """Gateways map several causes to one status."""
    assert causes.of_refusal(status, q850=q850, had_ringing=False) is disposition


@pytest.mark.parametrize("q850", [16, 31, 127])
@pytest.mark.parametrize(("status", "disposition"), rows(BY_STATUS))
def test_a_q850_cause_that_says_nothing_leaves_the_status(status: int, disposition: Disposition, q850: int) -> None:
    """16 and 31 are "normal", and a cause that is in no row decides nothing."""
    assert causes.of_refusal(status, q850=q850, had_ringing=True) is disposition


@pytest.mark.parametrize(("had_ringing", "disposition"), [(True, D.DIAL_NO_ANSWER), (False, D.TELEPHONY_PROVIDER_UNAVAILABLE)])
@pytest.mark.parametrize("q850", [None, 16, 31])
def test_a_request_timeout_depends_on_whether_it_rang(q850: int | None, had_ringing: bool, disposition: Disposition) -> None:
    """After a 180 nobody answered, before it nobody was reached."""
    assert causes.of_refusal(408, q850=q850, had_ringing=had_ringing) is disposition


def test_raw_codes_are_kept_where_there_are_any() -> None:
    """Beside the disposition; none is null, not empty."""
    assert causes.cause(sip_status=486, q850=17) == Cause(sip_status=486, q850=17)
    assert causes.cause(q850=16) == Cause(q850=16)
    assert causes.cause() is None
