"""Who may call in: deny by default. Says once a minute per source, and never by name of a caller, whom it ignored."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable

_SAY_EVERY_SECONDS = 60.0
_MOST_SOURCES = 1000  # remembered; a flood from forged addresses must not fill the memory

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Guard:
    """Networks that may open calls."""

    def __init__(self, networks: Iterable[str], *, say: Callable[[str], None]) -> None:
        self._networks: list[Network] = [ipaddress.ip_network(network) for network in networks]
        self._trunk: frozenset[str] = frozenset()
        self._say = say
        self._said: dict[str, float] = {}

    def trust(self, addresses: Iterable[str]) -> None:
        """The trunk's addresses as they resolve now."""
        self._trunk = frozenset(addresses)

    def is_allowed(self, host: str) -> bool:
        """Whether that address may call in."""
        if host in self._trunk:
            return True
        address = _address(host)
        return address is not None and any(address in network for network in self._networks)

    def ignored(self, method: str, host: str, now: float) -> None:
        """A request was dropped; say so, with what to do, unless it was said a moment ago."""
        if now - self._said.get(host, -_SAY_EVERY_SECONDS) < _SAY_EVERY_SECONDS:
            return
        if len(self._said) >= _MOST_SOURCES:
            self._said = {source: at for source, at in self._said.items() if now - at < _SAY_EVERY_SECONDS}
            if len(self._said) >= _MOST_SOURCES:
                return
        self._said[host] = now
        address = _address(host) or host
        width = 128 if ":" in str(address) else 32
        name = re.sub(r"[^A-Za-z]", "", method)[:16]
        self._say(f"ignored {name} from {address}: add --allow-sip {address}/{width}")


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address without its zone; IPv4 that a socket of IPv6 heard is IPv4, as operators write it."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, ipaddress.IPv6Address) else address
