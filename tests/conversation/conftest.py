"""Conversations with the shipped example's agent."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from ringtrue.agents.files import agent_for, example
from ringtrue.testing.clock import START
from ringtrue.testing.turns import BlockTalk

ANNA = {"first_name": "Anna", "appointment": "2027-03-04T10:30", "offers": ["2027-03-05T09:00", "2027-03-08T14:15"]}


@pytest.fixture
def appointment() -> Callable[[], BlockTalk]:
    """Calls Anna about her appointment."""
    return lambda: BlockTalk(agent_for(example(), json.dumps(ANNA), None, START))


@pytest.fixture
def talk(appointment: Callable[[], BlockTalk]) -> BlockTalk:
    """One call to Anna."""
    return appointment()
