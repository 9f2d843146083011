"""Every statement of the rooms: each method of a transaction is called, with and without what it may be called without."""

from __future__ import annotations

import inspect
import sqlite3
import typing
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from types import NoneType, UnionType
from typing import Any

from ringtrue.domain.call import Call, CallStatus, CallType, Direction
from ringtrue.domain.dial_rules import DialRules
from ringtrue.domain.effects import QueuedEffect
from ringtrue.domain.event import Event
from ringtrue.domain.listing import CallsWanted, Place
from ringtrue.domain.messages import Chat, MessagePlace, NewMessage
from ringtrue.domain.records import (
    ApiKey,
    IntentRow,
    KeyedRequest,
    Lease,
    LegRow,
    Number,
    Organization,
    Project,
    ProjectVersion,
    Recording,
    RecordingStatus,
    Thread,
)
from ringtrue.domain.utterance import Utterance
from ringtrue.domain.webhook import Delivery, Webhook
from ringtrue.ids import CallId, LegId, OrgId, ProjectId, ThreadId, VersionId, WebhookId, WorkerId
from ringtrue.storage.database import connect
from ringtrue.storage.sql import Row, SqliteSql, Value
from ringtrue.storage.tx import SqlTx
from ringtrue.testing.contracts.store_chats import CALL
from ringtrue.testing.contracts.store_samples import (
    AT,
    ORG,
    PROJECT,
    THREAD,
    VERSION,
    WORKER,
    add_owners,
    api_key,
    lease,
    leg,
    waiting_call,
)
from ringtrue.testing.contracts.store_webhooks import WEBHOOK, delivery

UNSCOPED = {
    "add_org": "organizations are made on the machine",
    "orgs": "the first start",
    "api_key_by_hash": "Door.KEY",
    "number": "a call that arrives names no organization",
    "call": "workers go by id",
    "due_calls": "the dispatcher",
    "next_due": "the dispatcher, Door.READINESS",
    "overdue_calls": "the reaper",
    "renew_leases": "a worker's own leases",
    "lost_leases": "the reaper",
    "leases_not_of": "a media process that starts",
    "asked_calls": "a worker's own calls",
    "put_leg": "a worker's own leg",
    "inbound_leg": "a call that arrives names no organization",
    "due_effects": "the completion",
    "drop_effect": "the completion",
    "delay_effect": "the completion",
    "put_utterance": "a worker's own call",
    "webhook_by_id": "the deliverer",
    "webhooks_due": "the deliverer",
    "due_delivery": "the deliverer",
    "forget_deliveries": "the deliverer",
    "drop_listeners": "the deliverer",
}
"""Methods that no client's transaction can use, and who does. A new one must be scoped, or take its place here."""
_SAID = Utterance(role="user", content="Yes.", generated="Yes.", words=(), start_ms=0, end_ms=1, interrupted=False)
_CHAT = Chat(
    thread_id=THREAD.id, number=1, project_id=PROJECT.id, version_id=VERSION.id, timezone=None, began_at=AT, state="{}"
)  # fmt: skip
_WRITTEN = NewMessage(id="msg_1", thread_id=THREAD.id, conversation_id=1, role="user", content="Hello.", at=AT)
_WANTED = CallsWanted(
    statuses=frozenset((CallStatus.ENDED, CallStatus.ERROR)),
    call_types=frozenset((CallType.PHONE,)),
    directions=frozenset((Direction.INBOUND,)),
    created_from=AT,
    created_to=AT + timedelta(days=1),
    thread_id=THREAD.id,
    project_id=PROJECT.id,
)
_MARKED = replace(_WANTED, metadata=frozenset((("order", "17"), ("paid", "true"))))
_SAMPLES: dict[Any, tuple[Any, ...]] = {
    str: ("text",),
    int: (1,),
    bool: (False, True),
    bytes: (b"bytes",),
    datetime: (AT,),
    NoneType: (None,),
    OrgId: (ORG.id,),
    ProjectId: (PROJECT.id,),
    VersionId: (VERSION.id,),
    ThreadId: (THREAD.id,),
    CallId: (CALL.id,),
    WorkerId: (WORKER,),
    WebhookId: (WEBHOOK.id,),
    MessagePlace: (MessagePlace(1),),
    Sequence[CallId]: ([CALL.id], [CALL.id, CallId("call_2")]),
    Organization: (Organization(id=OrgId("org_new"), name="New", created_at=AT),),
    ApiKey: (api_key("1"),),
    Project: (Project(id=ProjectId("new"), org_id=ORG.id, name="new", created_at=AT),),
    ProjectVersion: (ProjectVersion(id=VersionId("new"), project_id=PROJECT.id, number=9, yaml="", created_at=AT),),
    Number: (Number(e164="+14155550100", org_id=ORG.id, project_id=PROJECT.id, created_at=AT),),
    Thread: (
        Thread(
            id=ThreadId("new"), org_id=ORG.id, project_id=PROJECT.id, party=None, alias=None, timezone=None, email=None,
            json_data="{}", created_at=AT,
        ),
    ),
    Call: (CALL, replace(waiting_call("2"), metadata='{"order": 17}')),
    CallsWanted: (CallsWanted(), _WANTED, _MARKED),
    Place: (Place(created_at=AT, id=CALL.id),),
    Lease: (lease(CALL),),
    LegRow: (leg(CALL),),
    IntentRow: (IntentRow(call_id=CALL.id, leg_id=LegId("leg_1"), committed_at=AT),),
    Event: (Event(id="evt_1", call_id=CALL.id, sequence=1, at=AT, kind="call.queued", data={}),),
    QueuedEffect: (QueuedEffect.ANALYSE,),
    Utterance: (_SAID,),
    Recording: (Recording(call_id=CALL.id, status=RecordingStatus.PENDING),),
    DialRules: (DialRules(countries=("FR",)),),
    Webhook: (WEBHOOK,),
    Delivery: (delivery("new"),),
    Chat: (_CHAT,),
    NewMessage: (_WRITTEN,),
    KeyedRequest: (KeyedRequest(org_id=ORG.id, key="key", fingerprint="f", token="t", begun_at=AT),),
}  # fmt: skip


class Noting(SqliteSql):
    """Runs each statement and notes it with its values."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self.noted: list[tuple[str, Mapping[str, Value]]] = []

    def first(self, statement: str, values: Mapping[str, Value]) -> Row | None:
        self.noted.append((statement, values))
        return super().first(statement, values)

    def rows(self, statement: str, values: Mapping[str, Value]) -> Sequence[Row]:
        self.noted.append((statement, values))
        return super().rows(statement, values)

    def change(self, statement: str, values: Mapping[str, Value]) -> int:
        self.noted.append((statement, values))
        return super().change(statement, values)


def methods() -> dict[str, Any]:
    """What a transaction can do."""
    return {name: found for name, found in inspect.getmembers(SqlTx, inspect.isfunction) if not name.startswith("_")}


def samples(kind: Any) -> tuple[Any, ...]:
    """Values of that type. A KeyError names a type of which none is known: give it one above."""
    if isinstance(kind, UnionType) or typing.get_origin(kind) is typing.Union:
        return tuple(value for one in typing.get_args(kind) for value in samples(one))
    return _SAMPLES[kind]


def of_every_method(empty: Path, path: Path) -> dict[str, list[tuple[str, Mapping[str, Value]]]]:
    """The statements of each method, with their values, on a database with owners and one call, in which something was said."""
    path.write_bytes(empty.read_bytes())
    connection = connect(path)
    connection.execute("PRAGMA foreign_keys = OFF")
    add_owners(SqlTx(SqliteSql(connection)))
    SqlTx(SqliteSql(connection)).add_call(CALL)
    SqlTx(SqliteSql(connection)).put_utterance(CALL.id, 0, _SAID)
    found = {}
    for name, method in methods().items():
        hints = {key: kind for key, kind in typing.get_type_hints(method).items() if key != "return"}
        noting = Noting(connection)
        for chosen in product(*map(samples, hints.values())):
            connection.execute("BEGIN")
            try:
                getattr(SqlTx(noting), name)(**dict(zip(hints, chosen, strict=True)))
            except Exception as error:  # a row that is there or is not: the statement was noted before
                assert type(error).__module__ == "ringtrue.errors", error
            finally:
                connection.execute("ROLLBACK")
        found[name] = noting.noted
    connection.close()
    return found
