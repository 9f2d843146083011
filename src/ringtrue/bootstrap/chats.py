"""Who answers what is written: the agents of calls, told to take typed keys for what was not understood in words."""

from __future__ import annotations

from datetime import datetime

from ringtrue.agents.files import agent_for
from ringtrue.agents.scripted.agent import ScriptAgent
from ringtrue.chat.reply import AgentChats


def chats() -> AgentChats:
    """The port over the agents of project files."""
    return AgentChats(_agent)


def _agent(yaml: str, json_data: str, timezone: str | None, at: datetime) -> ScriptAgent:
    return agent_for(yaml, json_data, timezone, at, offer_keys="after_unclear")
