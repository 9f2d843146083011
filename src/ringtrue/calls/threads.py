"""Threads: what is shared by calls and chats with one party."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_UP, Decimal

from ringtrue import ids
from ringtrue.calls.store import Tx
from ringtrue.domain.records import Thread
from ringtrue.errors import NotFound
from ringtrue.ids import OrgId, ProjectId, ThreadId


@dataclass(frozen=True, kw_only=True, slots=True)
class NewThread:
    """What a thread starts with; `json_data` seeds calls of the thread that bring none of their own."""

    org_id: OrgId
    project_id: ProjectId | None = None
    party: str | None = None
    timezone: str | None = None
    email: str | None = None
    json_data: Mapping[str, object]


def create(tx: Tx, new: NewThread, *, at: datetime) -> Thread:
    """A new thread."""
    thread = Thread(
        id=ids.new_thread(at),
        org_id=new.org_id,
        project_id=new.project_id,
        party=new.party,
        alias=None,
        timezone=new.timezone,
        email=new.email,
        json_data=json.dumps(new.json_data, ensure_ascii=False),
        created_at=at,
    )
    tx.add_thread(thread)
    return thread


def get(tx: Tx, org_id: OrgId, thread_id: ThreadId) -> Thread:
    """The organization's thread. Raises NotFound."""
    thread = tx.thread(org_id, thread_id)
    if thread is None:
        raise NotFound("There is no such thread.")
    return thread


@dataclass(frozen=True, kw_only=True, slots=True)
class Prices:
    """What the operator charges, in whatever currency: for an answer of a chat and for a minute of conversation."""

    message: Decimal = Decimal(0)
    minute: Decimal = Decimal(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """What a thread used and costs; `minutes` to the hundredth above, and charged as they are shown."""

    n_answers: int
    message_cost: Decimal
    minutes: Decimal
    voice_cost: Decimal

    @property
    def total_cost(self) -> Decimal:
        """Both together."""
        return self.message_cost + self.voice_cost


def usage(tx: Tx, org_id: OrgId, thread_id: ThreadId, prices: Prices) -> Usage:
    """The answers in the thread's chats and the conversation in its calls."""
    used = tx.usage(org_id, thread_id)
    minutes = (Decimal(used.voice_ms) / 60_000).quantize(Decimal("0.01"), rounding=ROUND_UP)
    return Usage(
        n_answers=used.n_answers,
        message_cost=used.n_answers * prices.message,
        minutes=minutes,
        voice_cost=minutes * prices.minute,
    )
