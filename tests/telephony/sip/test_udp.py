"""The socket of the user agent: what is said when it cannot be had."""

from __future__ import annotations

import socket

import pytest

from ringtrue.errors import SetupError
from ringtrue.telephony.sip import udp


def test_a_busy_port_names_another_to_try() -> None:
    """One that is free."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]

        with pytest.raises(SetupError, match=rf"127\.0\.0\.1:{port} .*--sip-port \d+\.") as refused:
            udp.bind("127.0.0.1", port)

    proposed = int(refused.value.sentence.rstrip(".").rpartition(" ")[2])
    udp.bind("127.0.0.1", proposed).close()
    assert proposed != port


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid"])
def test_an_address_that_is_not_ours_asks_for_another(host: str) -> None:
    """Another port would not help."""
    with pytest.raises(SetupError, match="as --sip-host") as refused:
        udp.bind(host, 5060)

    assert "--sip-port" not in refused.value.sentence
