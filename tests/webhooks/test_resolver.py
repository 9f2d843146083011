"""A name server that does not answer holds up its own names only."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from ringtrue.webhooks.resolver import Resolver, system_lookup


def test_many_who_wait_for_a_name_cost_one_look_up() -> None:
    """And another name is answered meanwhile."""
    may_answer = threading.Event()
    asked: list[str] = []

    def lookup(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        if host == "slow.example":
            assert may_answer.wait(30)
        return [f"{host} has one"]

    async def work() -> tuple[list[Sequence[str]], Sequence[str]]:
        resolver = Resolver(lookup)
        waiting = [asyncio.ensure_future(resolver.addresses("slow.example", 443)) for _ in range(200)]
        quick = await resolver.addresses("quick.example", 443)
        waiting.pop().cancel()
        may_answer.set()
        slow = await asyncio.gather(*waiting)
        assert await resolver.addresses("slow.example", 443) == ["slow.example has one"]
        return slow, quick

    slow, quick = asyncio.run(work())

    assert slow == [["slow.example has one"]] * 199
    assert quick == ["quick.example has one"]
    assert asked.count("slow.example") == 2


def test_too_many_names_at_once_fail_rather_than_pile_up() -> None:
    """Their deliveries are tried again."""
    may_answer = threading.Event()

    def lookup(host: str, port: int) -> Sequence[str]:
        assert may_answer.wait(30)
        return []

    async def work() -> None:
        resolver = Resolver(lookup)
        waiting = [asyncio.ensure_future(resolver.addresses(f"{number}.example", 443)) for number in range(64)]
        await asyncio.sleep(0)
        with pytest.raises(OSError, match="too many"):
            await resolver.addresses("one.more.example", 443)
        may_answer.set()
        await asyncio.gather(*waiting)
        assert await resolver.addresses("one.more.example", 443) == []

    asyncio.run(work())


def test_the_system_gives_each_address_once() -> None:
    """As text that can be checked."""
    assert system_lookup("127.0.0.1", 443) == ["127.0.0.1"]
