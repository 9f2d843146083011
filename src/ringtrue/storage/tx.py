"""One transaction: the rooms joined into the store port's `Tx`."""

from __future__ import annotations

from ringtrue.storage.call_tx import CallRoom
from ringtrue.storage.chat_tx import ChatRoom
from ringtrue.storage.dialling_tx import DiallingRoom
from ringtrue.storage.event_tx import EventRoom
from ringtrue.storage.lease_tx import LeaseRoom
from ringtrue.storage.list_tx import ListRoom
from ringtrue.storage.org_tx import OrgRoom
from ringtrue.storage.party_tx import PartyRoom
from ringtrue.storage.record_tx import RecordRoom
from ringtrue.storage.request_tx import RequestRoom
from ringtrue.storage.sql import Sql
from ringtrue.storage.turn_tx import TurnRoom
from ringtrue.storage.webhook_tx import WebhookRoom


class SqlTx(
    OrgRoom,
    PartyRoom,
    CallRoom,
    LeaseRoom,
    EventRoom,
    RecordRoom,
    TurnRoom,
    ListRoom,
    RequestRoom,
    DiallingRoom,
    WebhookRoom,
    ChatRoom,
):
    """Everything one transaction can do, in SQL."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql
