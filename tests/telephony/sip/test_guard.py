"""Who may call in, and how the log says, sparingly, whom it ignored and what to do."""

from __future__ import annotations

import pytest

from ringtrue.telephony.sip.guard import Guard


@pytest.fixture
def said() -> list[str]:
    """The lines of the log."""
    return []


@pytest.fixture
def guard(said: list[str]) -> Guard:
    """A guard of a short list."""
    return Guard(["192.0.2.0/28", "198.51.100.7", "2001:db8::/64"], say=said.append)


@pytest.mark.parametrize(
    ("host", "may"),
    [
        ("192.0.2.0", True),
        ("192.0.2.15", True),
        ("192.0.2.16", False),
        ("198.51.100.7", True),
        ("198.51.100.8", False),
        ("127.0.0.1", False),
        ("2001:db8::1", True),
        ("2001:db8::1%eth0", True),
        ("2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", True),  # IPv4 that came to a socket of IPv6
        ("::ffff:203.0.113.5", False),
        ("::1", False),
        ("carrier.example", False),
        ("", False),
    ],
)
def test_who_may_call(guard: Guard, host: str, may: bool) -> None:
    """Only addresses of the list; a name is never one."""
    assert guard.is_allowed(host) is may


def test_nobody_may_by_default(said: list[str]) -> None:
    """Without a list everybody is refused."""
    guard = Guard([], say=said.append)

    assert not any(guard.is_allowed(host) for host in ("127.0.0.1", "192.0.2.1", "::1", "0.0.0.0"))


def test_the_trunk_may_call_from_where_it_is_now(guard: Guard) -> None:
    """Its addresses are those of the last look-up; an address that it left is a stranger's."""
    guard.trust(["203.0.113.1"])
    assert guard.is_allowed("203.0.113.1")

    guard.trust(["203.0.113.2"])

    assert (guard.is_allowed("203.0.113.1"), guard.is_allowed("203.0.113.2")) == (False, True)
    assert guard.is_allowed("192.0.2.1")


@pytest.mark.parametrize(
    ("method", "host", "line"),
    [
        ("INVITE", "192.0.2.20", "ignored INVITE from 192.0.2.20: add --allow-sip 192.0.2.20/32"),
        ("OPTIONS", "2001:db8:1::5", "ignored OPTIONS from 2001:db8:1::5: add --allow-sip 2001:db8:1::5/128"),
        ("INVITE", "fe80::1%eth0", "ignored INVITE from fe80::1: add --allow-sip fe80::1/128"),
        ("INVITE", "::ffff:192.0.2.20", "ignored INVITE from 192.0.2.20: add --allow-sip 192.0.2.20/32"),
    ],
)
def test_the_line_says_what_to_do(guard: Guard, said: list[str], method: str, host: str, line: str) -> None:
    """Word for word as the command-line contract has it, for either family."""
    guard.ignored(method, host, 0.0)

    assert said == [line]


@pytest.mark.parametrize("host", ["192.0.2.20", "2001:db8:1::5", "fe80::1%eth0", "::ffff:192.0.2.20"])
def test_the_advice_works(guard: Guard, said: list[str], host: str) -> None:
    """Who follows it lets exactly that source in."""
    guard.ignored("INVITE", host, 0.0)

    wiser = Guard([said[0].rpartition(" ")[2]], say=said.append)

    assert wiser.is_allowed(host)


@pytest.mark.parametrize(
    ("method", "name"), [("INVITE\x1b[31m", "INVITEm"), ("A" * 200, "A" * 16), ("FO.BAR-1", "FOBAR"), ("%s{}", "s")]
)
def test_a_method_cannot_forge_the_log(guard: Guard, said: list[str], method: str, name: str) -> None:
    """What a stranger sent gets into the line as a few letters at most."""
    guard.ignored(method, "203.0.113.5", 0.0)

    assert said == [f"ignored {name} from 203.0.113.5: add --allow-sip 203.0.113.5/32"]


def test_a_source_is_named_once_a_minute(guard: Guard, said: list[str]) -> None:
    """However much it sends and whatever it asks."""
    for tenth in range(1200):
        guard.ignored("INVITE" if tenth % 2 else "REGISTER", "203.0.113.5", tenth / 10)

    assert len(said) == 2


def test_silence_does_not_push_the_next_line_away(guard: Guard, said: list[str]) -> None:
    """The minute runs from the line that was said, not from the last datagram."""
    for at in (0.0, 59.9, 60.0, 119.9, 120.0):
        guard.ignored("INVITE", "203.0.113.5", at)

    assert len(said) == 3


def test_one_source_does_not_hide_another(guard: Guard, said: list[str]) -> None:
    """Each has its own minute."""
    guard.ignored("INVITE", "203.0.113.5", 0.0)
    guard.ignored("INVITE", "203.0.113.6", 0.1)

    assert len(said) == 2


def test_a_flood_of_forged_sources_is_bounded(guard: Guard, said: list[str]) -> None:
    """No more than a thousand lines a minute and no more than that is remembered; afterwards it speaks again."""
    for number in range(5000):
        guard.ignored("INVITE", f"10.1.{number // 250}.{number % 250}", number / 1000)
    assert len(said) == 1000

    guard.ignored("INVITE", "203.0.113.5", 66.0)

    assert said[-1] == "ignored INVITE from 203.0.113.5: add --allow-sip 203.0.113.5/32"
