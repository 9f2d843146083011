"""Which addresses webhooks may reach: the public ones, and what the operator allowed."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Not the library's `is_global`: what it takes for public changed between releases, and it counts multicast in.
_REFUSED_IPV4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        # https://www.iana.org/assignments/iana-ipv4-special-registry
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and the broadcast
        "168.63.129.16/32",  # metadata of one large cloud, on a public address of its own
    )
)
# Of IPv6 only global unicast (RFC 4291 section 2.4), without what https://www.iana.org/assignments/iana-ipv6-special-registry
# takes out of it. Outside of it lie loopback, mapped and NAT64 forms, local and link-local addresses, and multicast.
_GLOBAL_IPV6 = ipaddress.IPv6Network("2000::/3")
_REFUSED_IPV6 = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # Teredo, benchmarking, ORCHID
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)
_ISATAP = (0x00005EFE, 0x02005EFE)  # RFC 5214 section 6.1: before an IPv4 address in the lower half


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """The networks of these texts. Raises ValueError."""
    return tuple(ipaddress.ip_network(text) for text in texts)


def may_reach(text: str, allowed: Iterable[Network]) -> bool:
    """Whether a connection to that address, as a resolver writes it, may be made.

    Forms that stand for an IPv4 address are refused whatever they stand for; one with a zone is never reachable from elsewhere.
    """
    if "%" in text:
        return False
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if any(address in network for network in allowed):
        return True
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _REFUSED_IPV4)
    is_isatap = (int(address) >> 32) & 0xFFFFFFFF in _ISATAP
    return address in _GLOBAL_IPV6 and not is_isatap and not any(address in network for network in _REFUSED_IPV6)
