"""Spellings of targets that must not be reached: every way to write an address within that a resolver might take."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

WITHIN = (
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "100.64.0.1", "100.100.100.200", "169.254.169.254", "172.16.0.1",
    "192.168.1.1", "192.0.0.192", "198.18.0.1", "224.0.0.1", "255.255.255.255", "168.63.129.16",
)  # fmt: skip
WITHIN_IPV6 = (
    "::", "::1", "0:0:0:0:0:0:0:1", "0000:0000:0000:0000:0000:0000:0000:0001", "0::1", "::0001", "fe80::1", "FE80::1", "fec0::1",
    "fc00::1", "fd00:ec2::254", "FD00:EC2::254", "ff02::1", "ff05::1:3", "2001:db8::1", "100::1", "3fff::1", "5f00::1",
)  # fmt: skip


def ipv4(address: str) -> Iterator[str]:
    """One IPv4 address as `inet_aton` takes it, and some that it does not."""
    number = int(ipaddress.IPv4Address(address))
    a, b, c, d = address.split(".")
    parts = [int(part) for part in (a, b, c, d)]
    yield address
    yield f"{address}."
    yield str(number)
    yield f"0x{number:x}"
    yield f"0X{number:08X}"
    yield f"0{number:o}"
    yield f"{a}.{number & 0xFFFFFF}"
    yield f"{a}.{b}.{number & 0xFFFF}"
    yield f"0x{parts[0]:x}.{number & 0xFFFFFF}"
    yield ".".join(f"0x{part:x}" for part in parts)
    yield ".".join(f"0x{part:02X}" for part in parts)
    yield ".".join(f"0{part:o}" for part in parts)
    yield ".".join(f"{part:04o}" for part in parts)
    yield f"0x{parts[0]:x}.0{parts[1]:o}.{c}.{d}"
    yield str(number + (1 << 32))  # beyond 32 bits, which some cut off
    yield f"{parts[0] + 256}.{b}.{c}.{d}"


def ipv6(address: str) -> Iterator[str]:
    """IPv6 forms that stand for an IPv4 address, in brackets."""
    number = int(ipaddress.IPv4Address(address))
    high, low = number >> 16, number & 0xFFFF
    far_high, far_low = high ^ 0xFFFF, low ^ 0xFFFF
    yield f"[::ffff:{address}]"
    yield f"[::FFFF:{high:x}:{low:x}]"
    yield f"[0:0:0:0:0:ffff:{high:04x}:{low:04x}]"
    yield f"[::{address}]"
    yield f"[::ffff:0:{address}]"
    yield f"[64:ff9b::{address}]"
    yield f"[64:ff9b:1::{high:x}:{low:x}]"
    yield f"[2002:{high:x}:{low:x}::1]"
    yield f"[2001:0:{high:x}:{low:x}::]"
    yield f"[2001:0:4136:e378:8000:63bf:{far_high:x}:{far_low:x}]"
    yield f"[2a00:1450:4001::5efe:{address}]"


def hosts() -> list[str]:
    """Every spelling, each once."""
    found = [host for address in WITHIN for host in (*ipv4(address), *ipv6(address))]
    found += [f"[{address}]" for address in WITHIN_IPV6]
    found += [f"[fe80::1{zone}]" for zone in ("%lo", "%25lo", "%1", "%eth0")]
    found += ["0", "00", "0x0", "0.0", "1", "localhost", "LOCALHOST", "localhost.", "127.1", "127.0.1"]
    return list(dict.fromkeys(found))
