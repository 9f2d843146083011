"""Challenges to our requests: proof once per realm, once more when the nonce was stale, and a plain end when it is refused."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import pytest

from ringtrue.domain.disposition import Disposition
from ringtrue.telephony.sip.auth import Credentials
from ringtrue.telephony.sip.events import Over
from ringtrue.telephony.sip.message import Request

SAYS = {401: ("WWW-Authenticate", "Authorization"), 407: ("Proxy-Authenticate", "Proxy-Authorization")}


@pytest.fixture
def trunk(make_peer: Any) -> Any:
    """A trunk that we have a user and password for."""
    return make_peer(credentials=Credentials(username="alice", password="secret"))  # a password of tests only


def challenge(status: int, nonce: str, *, realm: str = "trunk", stale: bool = False) -> list[str]:
    """The header of a challenge."""
    return [f'{SAYS[status][0]}: Digest realm="{realm}", nonce="{nonce}", qop="auth"{", stale=true" if stale else ""}']


def is_right(request: Request, header: str) -> bool:
    """Whether that proof is what RFC 2617 section 3.2.2 makes of the password."""
    fields = dict(re.findall(r'(\w+)="?([^",]+)"?', request.headers.get(header) or ""))

    def md5(text: str) -> str:
        return hashlib.md5(text.encode()).hexdigest()

    known, asked = md5(f"alice:{fields['realm']}:secret"), md5(f"{request.method}:{request.uri}")
    wanted = md5(f"{known}:{fields['nonce']}:{fields['nc']}:{fields['cnonce']}:auth:{asked}")
    return fields["response"] == wanted and fields["uri"] == request.uri


def again(peer: Any) -> Request:
    """The INVITE that follows the ACK of its challenge."""
    ack, invite = peer.take()
    assert (ack.start, invite.start) == ("ACK", "INVITE")
    message: Request = invite.message
    return message


@pytest.mark.parametrize("status", [401, 407])
def test_a_challenge_is_answered_once(trunk: Any, status: int) -> None:
    """The same call with the next number, a new branch and the right proof."""
    call, first = trunk.rung()

    trunk.answer(first, status, headers=challenge(status, "n1"))

    second = again(trunk)
    assert (second.call_id, second.from_.tag, second.to.tag) == (first.call_id, first.from_.tag, None)
    assert (str(second.cseq), second.via.branch != first.via.branch, second.body) == ("2 INVITE", True, first.body)
    assert is_right(second, SAYS[status][1])
    assert (call.snapshot.local_cseq, call.snapshot.branch, call.snapshot.state) == (2, second.via.branch, "inviting")


def test_a_proof_that_is_refused_ends_the_call(trunk: Any) -> None:
    """A second challenge that is not stale means that the password is wrong: no third try."""
    _, first = trunk.rung()
    trunk.answer(first, 401, headers=challenge(401, "n1"))

    trunk.answer(again(trunk), 401, headers=challenge(401, "n2"))

    assert trunk.starts() == ["ACK"]
    [over] = trunk.told(Over)
    assert over == Over(by="carrier", disposition=Disposition.TELEPHONY_PROVIDER_PERMISSION_DENIED, status=401)


def test_a_stale_nonce_is_answered_again(trunk: Any) -> None:
    """stale=true says that the password was right: the proof is made anew with the new nonce."""
    _, first = trunk.rung()
    trunk.answer(first, 401, headers=challenge(401, "n1"))

    trunk.answer(again(trunk), 401, headers=challenge(401, "n2", stale=True))

    third = again(trunk)
    assert (str(third.cseq), is_right(third, "Authorization")) == ("3 INVITE", True)
    assert 'nonce="n2"' in (third.headers.get("Authorization") or "")


def test_an_endlessly_stale_nonce_ends_the_call(trunk: Any) -> None:
    """A server that calls every nonce stale is not answered for ever."""
    _, invite = trunk.rung()
    for nonce in ("n1", "n2"):
        trunk.answer(invite, 401, headers=challenge(401, nonce, stale=True))
        invite = again(trunk)

    trunk.answer(invite, 401, headers=challenge(401, "n3", stale=True))

    assert trunk.starts() == ["ACK"]
    assert len(trunk.told(Over)) == 1


def test_each_server_on_the_way_gets_its_proof(trunk: Any) -> None:
    """A 407 of the proxy and a 401 behind it: the last INVITE carries both proofs (section 22.3)."""
    _, invite = trunk.rung()
    trunk.answer(invite, 407, headers=challenge(407, "n1", realm="proxy"))
    trunk.answer(again(trunk), 401, headers=challenge(401, "n2", realm="server"))

    last = again(trunk)

    assert is_right(last, "Proxy-Authorization")
    assert is_right(last, "Authorization")


def test_without_a_password_a_challenge_is_a_refusal(peer: Any) -> None:
    """Nobody can be proven to be: the call ends with what the trunk said."""
    _, invite = peer.rung()

    peer.answer(invite, 407, headers=challenge(407, "n1"))

    assert peer.starts() == ["ACK"]
    [over] = peer.told(Over)
    assert over == Over(by="carrier", disposition=Disposition.TELEPHONY_PROVIDER_PERMISSION_DENIED, status=407)


def test_the_ack_of_an_answer_carries_its_invites_proof(trunk: Any) -> None:
    """An ACK cannot be challenged, so it carries what the INVITE carried (section 22.1)."""
    _, first = trunk.rung()
    trunk.answer(first, 407, headers=challenge(407, "n1"))
    second = again(trunk)

    trunk.answer(second, 200, body=trunk.sdp)

    ack = trunk.only("ACK")
    assert ack.headers.get("Proxy-Authorization") == second.headers.get("Proxy-Authorization")
    assert str(ack.cseq) == "2 ACK"


def test_a_challenged_call_that_was_called_off_is_not_tried_again(trunk: Any) -> None:
    """Who hung up meanwhile wants no other INVITE to leave."""
    call, invite = trunk.rung()
    call.hang_up(Disposition.CANCELLED)

    trunk.answer(invite, 401, headers=challenge(401, "n1"))

    assert trunk.starts() == ["ACK"]
    [over] = trunk.told(Over)
    assert (over.by, over.disposition) == ("us", Disposition.CANCELLED)


def test_a_cancel_after_a_challenge_is_of_the_second_invite(trunk: Any) -> None:
    """The CANCEL waits for a provisional response to the INVITE that is pending, and carries its branch and number."""
    call, first = trunk.rung()
    trunk.answer(first, 100, tag=None)
    trunk.answer(first, 401, headers=challenge(401, "n1"))
    second = again(trunk)
    call.hang_up(Disposition.CANCELLED)
    assert trunk.take() == []

    trunk.answer(second, 180)

    cancel = trunk.only("CANCEL")
    assert (cancel.via, str(cancel.cseq)) == (second.via, "2 CANCEL")


def test_a_challenged_bye_is_sent_with_proof(trunk: Any) -> None:
    """A BYE that is challenged goes out again with the next number."""
    call, _ = trunk.answered()
    call.hang_up(Disposition.AGENT_HANGUP)
    bye = trunk.only("BYE")

    trunk.answer(bye, 401, headers=challenge(401, "n1"))

    second = trunk.only("BYE")
    assert (str(second.cseq), is_right(second, "Authorization")) == ("3 BYE", True)
    trunk.answer(second, 200)
    assert trunk.wait(40.0) == []
