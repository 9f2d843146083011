"""One SIP dialog: tags, sequence numbers, route set and target (RFC 3261 section 12), and the requests made from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ringtrue.telephony.sip.grammar import NameAddr, ParseError, parse_name_addr, parse_uri
from ringtrue.telephony.sip.message import Headers, Message, Request
from ringtrue.telephony.sip.wire import ALLOW, Address, Wire, new_branch

DEFAULT_PORT = 5060


@dataclass(kw_only=True, slots=True)
class Dialog:
    """Who talks with whom, and the way between them."""

    call_id: str
    local: str  # the From value of our requests, with our tag
    remote: str  # their To value, with the far end's tag once there is one
    remote_tag: str | None
    target: str
    route_set: tuple[str, ...] = ()
    local_cseq: int = 1
    remote_cseq: int | None = None

    def request(
        self, wire: Wire, method: str, *, cseq: int | None = None, headers: Sequence[tuple[str, str]] = ()
    ) -> tuple[Request, Address]:
        """A request within the dialog and where it goes. Numbers it anew, unless `cseq` is given (ACK)."""
        if cseq is None:
            self.local_cseq += 1
            cseq = self.local_cseq
        uri, routes, destination = self._way()
        items = [
            ("Via", wire.via(new_branch())),
            ("Max-Forwards", "70"),
            *(("Route", route) for route in routes),
            ("From", self.local),
            ("To", self.remote),
            ("Call-ID", self.call_id),
            ("CSeq", f"{cseq} {method}"),
            ("Contact", wire.contact()),
            ("Allow", ALLOW),
            *headers,
        ]
        if method in ("ACK", "BYE"):
            items = [item for item in items if item[0] not in ("Contact", "Allow")]
        return Request(method=method, uri=uri, headers=Headers(items)), destination

    def _way(self) -> tuple[str, tuple[str, ...], Address]:
        """Request-URI, Route values and next hop (section 12.2.1.1), with the detour that a strict router asks for."""
        if not self.route_set:
            return self.target, (), next_hop(self.target, ())
        first = parse_name_addr(self.route_set[0])
        if first.uri.param("lr") is not None:
            return self.target, self.route_set, next_hop(self.target, self.route_set)
        # A strict router stands in the Request-URI, and that is where the request goes, whatever Route says (section 8.1.2).
        strict = str(first.uri)
        return strict, (*self.route_set[1:], f"<{self.target}>"), next_hop(strict, ())

    def is_newer(self, number: int) -> bool:
        """Take the number of a request of theirs; False when it is older than one before (section 12.2.2)."""
        if self.remote_cseq is not None and number <= self.remote_cseq:
            return False
        self.remote_cseq = number
        return True

    def refresh(self, message: Message) -> None:
        """A target refresh: the far end's Contact moved."""
        target = contact_of(message)
        if target is not None:
            self.target = target


def contact_of(message: Message) -> str | None:
    """The URI of the Contact, None when there is none that can be used."""
    value = message.headers.get("Contact")
    if value is None or value == "*":
        return None
    try:
        uri = parse_name_addr(value).uri
    except ParseError:
        return None
    return str(uri) if uri.scheme == "sip" and uri.host else None


def next_hop(uri: str, routes: Sequence[str]) -> Address:
    """Where a request goes: the first route, else the Request-URI (section 8.1.2)."""
    try:
        hop = parse_name_addr(routes[0]).uri if routes else parse_uri(uri)
    except ParseError:
        return ("", 0)
    return (hop.host.strip("[]"), hop.port or DEFAULT_PORT)


def tagged(value: str, tag: str) -> str:
    """A From or To value with its tag."""
    return str(NameAddr.with_param(parse_name_addr(value), "tag", tag))


def as_callee(invite: Request, *, local_tag: str) -> Dialog:
    """The dialog that our 2xx to this INVITE makes (section 12.1.1)."""
    return Dialog(
        call_id=invite.call_id,
        local=tagged(invite.headers.get("To") or "", local_tag),
        remote=invite.headers.get("From") or "",
        remote_tag=invite.from_.tag,
        target=contact_of(invite) or str(invite.from_.uri),
        route_set=invite.headers.all("Record-Route"),
        local_cseq=0,
        remote_cseq=invite.cseq.number,
    )


def as_caller(response: Message, *, cseq: int) -> Dialog:
    """The dialog that a response to our INVITE makes (section 12.1.2); its route set is the Record-Route from the far end."""
    return Dialog(
        call_id=response.call_id,
        local=response.headers.get("From") or "",
        remote=response.headers.get("To") or "",
        remote_tag=response.to.tag,
        target=contact_of(response) or str(response.to.uri),
        route_set=tuple(reversed(response.headers.all("Record-Route"))),
        local_cseq=cseq,
    )
