"""SIPp asks our calls for a password."""

from __future__ import annotations

import hashlib
import re

import pytest

from ringtrue.conversation import leg as legs
from ringtrue.domain.disposition import Disposition

from . import sipp
from .carrier import ended, events_of, line, until
from .party import OK, refused
from .sipp import Sipp, receive, respond

pytestmark = [pytest.mark.realtime, pytest.mark.anyio]

D = Disposition


@pytest.fixture(autouse=True)
def _peer() -> None:
    sipp.present()


CHALLENGES = [
    (401, "WWW-Authenticate", "Authorization"),
    (407, "Proxy-Authenticate", "Proxy-Authorization"),
]


@pytest.mark.scenario("sipp-out-digest")
@pytest.mark.parametrize(("status", "challenge", "header"), CHALLENGES)
async def test_digest_is_answered(status: int, challenge: str, header: str) -> None:
    """A challenge is answered once with the right proof, on a new branch and number."""
    steps = [
        receive("INVITE"),
        respond(status, "Who", headers=f'{challenge}: Digest realm="peer", nonce="abc", algorithm=MD5, qop="auth"'),
        receive("ACK"), receive("INVITE", checks={"proof": f"{header}: Digest"}),
        OK, receive("ACK", checks={"again": f"{header}: Digest"}), receive("BYE"),
        respond(200, "OK", tag=""),
    ]  # fmt: skip
    peer = Sipp(steps)
    await peer.start()

    async with line(peer.port, user="clinic", password="secret") as ours:
        leg = ours.dial()
        await until(leg, legs.Answered)
        await leg.hang_up(D.AGENT_HANGUP)
        await events_of(leg)
        outcome = await peer.result()

    assert outcome.passed, outcome.log
    assert _is_proven(outcome.log, header)


def _is_proven(log: str, header: str) -> bool:
    """Compute the proof as a server would (RFC 7616 section 3.4.1), from what stood on the wire."""
    line = next(line for line in log.split("\n") if line.startswith(f"{header}: Digest"))
    fields = dict(re.findall(r'(\w+)="?([^",\r]+)"?', line.partition("Digest ")[2]))

    def md5(text: str) -> str:
        return hashlib.md5(text.encode()).hexdigest()

    secret, request_hash = md5("clinic:peer:secret"), md5(f"INVITE:{fields['uri']}")
    return fields["response"] == md5(f"{secret}:abc:{fields['nc']}:{fields['cnonce']}:auth:{request_hash}")


@pytest.mark.scenario("sipp-out-digest-wrong")
@pytest.mark.parametrize(("status", "challenge", "header"), CHALLENGES)
async def test_a_wrong_password_is_denied(status: int, challenge: str, header: str) -> None:
    """Challenged again after our proof: denied, and not tried a third time."""
    again = respond(status, "Who", headers=f'{challenge}: Digest realm="peer", nonce="[call_id]", algorithm=MD5')
    steps = [
        receive("INVITE"),
        again,
        receive("ACK"),
        receive("INVITE", checks={"p": f"{header}: Digest"}),
        again,
        receive("ACK"),
    ]

    events, outcome = await refused(steps, user="clinic", password="wrong")

    assert outcome.passed, outcome.log
    assert ended(events).disposition is D.TELEPHONY_PROVIDER_PERMISSION_DENIED
