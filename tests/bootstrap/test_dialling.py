"""What the operator's options mean for calls that go out."""

from __future__ import annotations

import pytest

from ringtrue.bootstrap.control import decode_settings, encode_settings
from ringtrue.bootstrap.dialling import DEFAULT_CAPS, parse_internal, policy_of
from ringtrue.domain.dial_rules import Caps
from ringtrue.errors import SetupError
from ringtrue.settings import Settings


@pytest.mark.parametrize(
    ("trunk", "caps"),
    [
        ("sip:carrier.example", DEFAULT_CAPS),
        ("sip:me@192.0.2.1:5080", DEFAULT_CAPS),
        ("sip:[2001:db8::1]", DEFAULT_CAPS),
        ("sip:127.0.0.1:5080", Caps()),
        ("sip:[::1]", Caps()),
        ("sip:localhost", Caps()),
        ("simulated", Caps()),
        (None, Caps()),
    ],
)
def test_caps_hold_by_default_where_a_trunk_leads_off_this_machine(trunk: str | None, caps: Caps) -> None:
    """A telephone on the machine itself costs nothing and wakes nobody."""
    assert policy_of(Settings(trunk=trunk), is_simulated=False).caps == caps


def test_caps_that_were_asked_for_hold_on_any_trunk() -> None:
    """0 is none; those that were not asked for are the defaults."""
    near = policy_of(Settings(trunk="simulated", calls_per_minute=5, calls_per_callee=0), is_simulated=True)
    far = policy_of(Settings(trunk="sip:carrier.example", calls_per_minute=0, calls_per_day=7), is_simulated=False)

    assert near.caps == Caps(per_minute=5)
    assert far.caps == Caps(per_day=7, same_callee_per_day=DEFAULT_CAPS.same_callee_per_day)


def test_the_home_country_is_the_list_unless_there_is_one() -> None:
    """Then it is that list alone."""
    assert policy_of(Settings(country="DE"), is_simulated=False).countries == ("DE",)
    assert not policy_of(Settings(country="DE"), is_simulated=False).is_limit
    assert policy_of(Settings(country="DE", allow_country=("AT", "CH")), is_simulated=False).countries == ("AT", "CH")


def test_the_prefix_for_outside_is_that_of_the_dial_format() -> None:
    """None where there is none."""
    assert policy_of(Settings(dial_format="9:national"), is_simulated=False).outside_prefix == "9"
    assert policy_of(Settings(), is_simulated=False).outside_prefix == ""


def test_the_media_process_has_the_same_policy() -> None:
    """All of it goes down the pipe."""
    settings = Settings(
        trunk="sip:carrier.example",
        allow_country=("US", "CA"),
        internal_destination=parse_internal(["2XX"]),
        calls_per_minute=9,
        calls_per_day=0,
    )

    assert policy_of(decode_settings(encode_settings(settings)), is_simulated=False) == policy_of(settings, is_simulated=False)


def test_a_pattern_that_is_none_is_a_matter_of_usage() -> None:
    """The sentence names the option and says how one is written."""
    with pytest.raises(SetupError, match="--internal-destination: Write an internal destination as") as caught:
        parse_internal(["2XX", "*"])

    assert caught.value.exit_code == 2
