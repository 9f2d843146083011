"""Where every request is let in or refused, before its body is read.

The probes are exempt. They cost next to nothing, and an orchestrator that is refused an answer would restart a server for being
busy. So are signed recording links, which are told from forged ones without a look into the database; what is wrong with one is
always answered the same. The documentation needs no key, so it counts for the address that asks.
"""

from __future__ import annotations

import ipaddress

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Scope

from ringtrue.api import auth, deps, methods
from ringtrue.api.admission import Visitor
from ringtrue.api.envelope import TAKE_BODIES

EXEMPT = frozenset({"/livez", "/readyz"})
_LINKS = "/recordings/"
_IPV6_SITE = 64  # bits: whoever has one address of IPv6 has a whole network of them (RFC 6177)
_MOST_CHARACTERS = 64


async def enter(scope: Scope) -> dict[str, str]:
    """The headers that tell a client with a key where it stands; none for others.

    Raises Problem (429), HTTPException for an address that cannot be or a body that no operation takes, StoreUnavailable.
    """
    headers = await _admitted(scope)
    if "\0" in scope["path"] and not scope["path"].startswith(_LINKS):  # where whatever is wrong looks the same
        raise HTTPException(404)  # no id has one, and not every database could be asked for it
    if scope["method"] in TAKE_BODIES:
        methods.check(scope, scope["app"].state.routes)
    return headers


async def _admitted(scope: Scope) -> dict[str, str]:
    request = Request(scope)
    given = deps.of_request(request)
    if not given.admission.is_on or scope["path"] in EXEMPT or scope["path"].startswith(_LINKS):
        return {}
    visitor = Visitor.of(address_of(scope), auth.secret_of(request))
    given.admission.knock(visitor, at=given.clock.monotonic())
    key = await auth.presented(request)
    at = given.clock.monotonic()
    if key is None:
        given.admission.turn_away(visitor, at=at)
        return {}
    return given.admission.let_in(visitor, key.thread_id if isinstance(key, auth.Guest) else key.id, at=at)


def address_of(scope: Scope) -> str:
    """Whose bucket a request without a key takes from: the client's address, of IPv6 its network. Behind a trusted proxy it is
    the one that the proxy names; see `serve`."""
    host = scope["client"][0] if scope.get("client") else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return str(host)[:_MOST_CHARACTERS]  # a proxy may name something else, or a socket have no address
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address), _IPV6_SITE), strict=False).network_address)
