"""`ringtrue serve`: options, variables and what is refused before anything starts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ringtrue import processes
from ringtrue.cli.main import app
from ringtrue.processes.server import ready_line
from ringtrue.settings import Settings


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """What the server was started with, instead of a server."""
    seen: list[Settings] = []

    def keep(settings: Settings) -> int:
        seen.append(settings)
        return 0

    monkeypatch.setattr(processes, "serve", keep)
    return seen


def test_the_defaults_are_those_of_the_contract(runner: CliRunner, served: list[Settings]) -> None:
    """Without options and variables everything is on loopback."""
    assert runner.invoke(app, ["serve"]).exit_code == 0
    assert served == [Settings()]


OPTIONS = [
    ("--host", "HOST", "127.0.0.2", "host", "127.0.0.2"),
    ("--port", "PORT", "8081", "port", 8081),
    ("--data", "DATA", "elsewhere", "data", Path("elsewhere")),
    ("--models", "MODELS", "voices", "models", Path("voices")),
    ("--mirror", "MIRROR", "/mirror", "mirror", "/mirror"),
    ("--sip-host", "SIP_HOST", "127.0.0.2", "sip_host", "127.0.0.2"),
    ("--sip-port", "SIP_PORT", "5061", "sip_port", 5061),
    ("--sip-public-address", "SIP_PUBLIC_ADDRESS", "203.0.113.9", "sip_public_address", "203.0.113.9"),
    ("--rtp-ports", "RTP_PORTS", "41000-41099", "rtp_ports", (41000, 41099)),
    ("--trunk", "TRUNK", "sip:me@192.0.2.1:5080", "trunk", "sip:me@192.0.2.1:5080"),
    ("--dial-format", "DIAL_FORMAT", "9:national", "dial_format", "9:national"),
    ("--allow-sip", "ALLOW_SIP", "192.0.2.0/24", "allow_sip", ("192.0.2.0/24",)),
    ("--number", "NUMBER", "+14155550111", "number", "+14155550111"),
    ("--country", "COUNTRY", "DE", "country", "DE"),
    ("--allow-country", "ALLOW_COUNTRY", "CA", "allow_country", ("CA",)),
    ("--internal-destination", "INTERNAL_DESTINATION", "sip:*@PBX.local", "internal_destination", ("sip:*@pbx.local",)),
    ("--calls-per-minute", "CALLS_PER_MINUTE", "5", "calls_per_minute", 5),
    ("--calls-per-day", "CALLS_PER_DAY", "50", "calls_per_day", 50),
    ("--calls-per-callee", "CALLS_PER_CALLEE", "0", "calls_per_callee", 0),
    ("--public-url", "PUBLIC_URL", "https://calls.example", "public_url", "https://calls.example"),
    ("--allow-webhook", "ALLOW_WEBHOOK", "10.0.0.0/8", "allow_webhook", ("10.0.0.0/8",)),
    ("--allowed-origin", "ALLOWED_ORIGIN", "https://a.example", "allowed_origin", ("https://a.example",)),
    ("--trusted-proxy", "TRUSTED_PROXY", "10.0.0.1", "trusted_proxy", ("10.0.0.1",)),
    ("--request-rate", "REQUEST_RATE", "10", "request_rate", 10),
    ("--request-burst", "REQUEST_BURST", "0", "request_burst", 0),
    ("--drain-seconds", "DRAIN_SECONDS", "5", "drain", timedelta(seconds=5)),
    ("--log", "LOG", "json", "log", "json"),
    ("--message-price", "MESSAGE_PRICE", "0.02", "message_price", "0.02"),
    ("--minute-price", "MINUTE_PRICE", "1.5", "minute_price", "1.5"),
    ("--tts", "TTS", "tones", "tts", "tones"),
]


@pytest.mark.parametrize(("option", "variable", "text", "field", "value"), OPTIONS, ids=[row[0] for row in OPTIONS])
def test_an_option_and_its_variable_set_the_same(
    runner: CliRunner, served: list[Settings], option: str, variable: str, text: str, field: str, value: object
) -> None:
    """Every option of the contract has its variable."""
    runner.invoke(app, ["serve", option, text])
    runner.invoke(app, ["serve"], env={f"RINGTRUE_{variable}": text})

    assert [getattr(settings, field) for settings in served] == [value, value]


def test_a_flag_beats_its_variable(runner: CliRunner, served: list[Settings]) -> None:
    """Flag, then variable, then default."""
    runner.invoke(app, ["serve", "--port", "8082"], env={"RINGTRUE_PORT": "8081"})

    assert served[0].port == 8082


def test_the_trunk_password_comes_from_the_environment(runner: CliRunner, served: list[Settings]) -> None:
    """A password has no place in a process list."""
    runner.invoke(app, ["serve"], env={"RINGTRUE_TRUNK_PASSWORD": "secret"})

    assert served[0].trunk_password == "secret"


def test_networks_may_be_given_several_times(runner: CliRunner, served: list[Settings]) -> None:
    """`--allow-sip` is repeatable; its variable separates by spaces."""
    runner.invoke(app, ["serve", "--allow-sip", "192.0.2.1/32", "--allow-sip", "192.0.2.2/32"])
    runner.invoke(app, ["serve"], env={"RINGTRUE_ALLOW_SIP": "192.0.2.1/32 192.0.2.2/32"})

    assert [settings.allow_sip for settings in served] == [("192.0.2.1/32", "192.0.2.2/32")] * 2


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--log", "xml"),
        ("--tts", "choir"),
        ("--trunk", "tel:+1"),
        ("--trunk", "sip:pbx.example:99999"),
        ("--trunk", "sip:pbx.example:0"),
        ("--trunk", "sip:[::g]"),
        ("--trunk", "sip:192.0.2.1;transport=tcp"),
        ("--number", "5550100"),
        ("--number", "+123"),
        ("--number", "+00000000"),
        ("--public-url", "ftp://calls.example"),
        ("--public-url", "https://calls.example/a b"),
        ("--public-url", "https://calls.example:99999"),
        ("--sip-public-address", "203.0.113.9:5060"),
        ("--sip-public-address", "two words"),
        ("--allowed-origin", "www.example"),
        ("--allowed-origin", "https://www.example/page"),
        ("--trusted-proxy", "my proxy"),
        ("--request-rate", "-1"),
        ("--request-burst", "-1"),
        ("--country", "ZZ"),
        ("--allow-country", "001"),
        ("--internal-destination", "2*"),
        ("--allow-sip", "300.0.0.0"),
        ("--allow-webhook", "somewhere"),
        ("--message-price", "-1"),
        ("--message-price", "1e3"),
        ("--minute-price", "NaN"),
        ("--minute-price", "0,15"),
        ("--rtp-ports", "5"),
        ("--dial-format", "as you like"),
        ("--country", "usa"),
        ("--port", "70000"),
        ("--database", "postgresql://localhost/x"),
    ],
)
def test_a_bad_value_is_named_with_what_it_takes(runner: CliRunner, served: list[Settings], option: str, value: str) -> None:
    """One sentence that names the option, exit code 2, and nothing is started."""
    done = runner.invoke(app, ["serve", option, value])

    assert (done.exit_code, served) == (2, [])
    assert option in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "trunk",
    ["sip:[2001:db8::1]:5070", "sip:me@[::1]", "sip:me@pbx.example", "sip:127.0.0.1:5080", "sip:pbx_1.local", "simulated"],
)
def test_a_trunk_may_be_a_name_or_an_address_of_either_family(runner: CliRunner, served: list[Settings], trunk: str) -> None:
    """With or without a user and a port."""
    assert runner.invoke(app, ["serve", "--trunk", trunk]).exit_code == 0
    assert served[0].trunk == trunk


def test_a_password_in_the_trunk_is_refused_and_not_repeated(runner: CliRunner, served: list[Settings]) -> None:
    """It would be taken for part of the user's name; the sentence says where it belongs."""
    done = runner.invoke(app, ["serve", "--trunk", "sip:me:hush@pbx.example"])

    assert (done.exit_code, served) == (2, [])
    assert "RINGTRUE_TRUNK_PASSWORD" in done.stderr
    assert "hush" not in done.stderr


@pytest.mark.parametrize(
    ("web", "sip", "line"),
    [
        (("127.0.0.1", 8080), ("0.0.0.0", 5060), "ready http://127.0.0.1:8080 sip:0.0.0.0:5060"),
        (("::1", 8080), ("::", 5060), "ready http://[::1]:8080 sip:[::]:5060"),
    ],
)
def test_the_ready_line_holds_addresses_that_can_be_pasted(web: tuple[str, int], sip: tuple[str, int], line: str) -> None:
    """IPv6 addresses stand in brackets, else their port is part of them."""
    assert ready_line(web, sip) == line
