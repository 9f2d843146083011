"""Which addresses may be reached."""

from __future__ import annotations

import pytest

from ringtrue.webhooks.addresses import may_reach, networks

PUBLIC = [
    "1.1.1.1", "8.8.8.8", "93.184.216.34", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1", "172.15.255.255",
    "172.32.0.1", "192.0.1.1", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255",
    "168.63.129.15", "2001:4860:4860::8888", "2606:4700:4700::1111", "2a00:1450:4001:80b::200e", "2003::1", "2001:200::1",
]  # fmt: skip
REFUSED = [
    "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1", "127.255.255.255",
    "169.254.0.0", "169.254.169.254", "172.16.0.0", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1",
    "192.168.255.255", "198.18.0.0", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255",
    "240.0.0.1", "255.255.255.255", "168.63.129.16",
    "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::8.8.8.8",
    "64:ff9b:1::a00:1", "100::1", "2001::1", "2001:0:7f00:1::", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1",
    "2002:7f00:1::1", "2002:808:808::1", "3fff::1", "4000::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0",
    "fec0::1", "ff02::1", "ff0e::1", "2a00:1450::5efe:10.0.0.1", "2a00:1450::200:5efe:127.0.0.1", "2001:4860:4860::8888%lo",
]  # fmt: skip
NO_ADDRESS = ["", "localhost", "127.1", "0x7f000001", "2130706433", "127.0.0.01", "1.1.1.1 ", "[::1]", "1.1.1.1/32"]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_reached(address: str) -> None:
    """To both edges of each network that may not."""
    assert may_reach(address, ())


@pytest.mark.parametrize("address", REFUSED)
def test_addresses_within_and_translated_ones_may_not(address: str) -> None:
    """Whatever a translated one stands for."""
    assert not may_reach(address, ())


@pytest.mark.parametrize("text", NO_ADDRESS)
def test_what_is_no_address_is_never_reached(text: str) -> None:
    """Not even where everything is allowed: what is checked must be what is connected to."""
    assert not may_reach(text, networks(["0.0.0.0/0", "::/0"]))


def test_the_operator_may_allow_a_network() -> None:
    """That one, and no form that stands for it."""
    allowed = networks(["127.0.0.0/8", "fd00:1::/32"])

    assert may_reach("127.0.0.1", allowed)
    assert may_reach("fd00:1::7", allowed)
    assert not may_reach("10.0.0.1", allowed)
    assert not may_reach("::1", allowed)
    assert not may_reach("::ffff:127.0.0.1", allowed)
    assert not may_reach("fd00:1::7%eth0", allowed)
