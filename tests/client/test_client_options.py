"""Where a client finds its server and key."""

from __future__ import annotations

import httpx
import pytest

from ringtrue.client import AsyncClient, Client
from ringtrue.client.options import chosen

KINDS = pytest.mark.parametrize("kind", [Client, AsyncClient])


def asked_by(url: str | None = None, key: str | None = None) -> httpx.Request:
    """The request of a client that was made so."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"numbers": []})

    with Client(url, key, transport=httpx.MockTransport(answer)) as client:
        assert list(client.numbers.list()) == []
    return asked[0]


def test_arguments_win_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are taken where they are given; a path of the address stays."""
    monkeypatch.setenv("RINGTRUE_URL", "http://from-environment:1")
    monkeypatch.setenv("RINGTRUE_API_KEY", "rt_environment")

    by_environment, by_arguments = asked_by(), asked_by("https://host/voice/", "rt_argument")

    assert (str(by_environment.url), by_environment.headers["Authorization"]) == (
        "http://from-environment:1/numbers",
        "rt_environment",
    )
    assert (str(by_arguments.url), by_arguments.headers["Authorization"]) == ("https://host/voice/numbers", "rt_argument")
    assert by_arguments.headers["User-Agent"].startswith("ringtrue-python/")


def test_without_an_address_it_is_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where `ringtrue serve` listens by default."""
    monkeypatch.delenv("RINGTRUE_URL", raising=False)

    assert str(asked_by(key="k").url) == "http://127.0.0.1:8080/numbers"


@KINDS
def test_without_a_key_it_says_what_to_do(kind: type, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is sent."""
    monkeypatch.delenv("RINGTRUE_API_KEY", raising=False)

    with pytest.raises(ValueError, match="set RINGTRUE_API_KEY"):
        kind("http://server")


@pytest.mark.parametrize("key", ["schlüssel", "a\nb"])
def test_an_impossible_key_is_not_repeated(key: str) -> None:
    """It is a secret all the same."""
    with pytest.raises(ValueError, match="no key has") as caught:
        chosen("http://server", key, timeout=1.0, max_retries=0)

    assert key not in str(caught.value)


@pytest.mark.parametrize("url", ["127.0.0.1:8080", "no address", "ftp://host", "http://", "http://host:port", "http://host:0"])
def test_a_bad_address_is_said(url: str) -> None:
    """At once."""
    with pytest.raises(ValueError, match="no address"):
        chosen(url, "k", timeout=1.0, max_retries=0)


@KINDS
def test_timeouts_are_as_given(kind: type) -> None:
    """In seconds, for each part of a request; None waits for ever."""
    http = [kind("http://server", "k", timeout=timeout)._connection._http for timeout in (2.5, None)]

    assert [client.timeout for client in http] == [httpx.Timeout(2.5), httpx.Timeout(None)]
