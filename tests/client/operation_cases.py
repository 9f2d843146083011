"""Every operation of the client: what it sends and what it is answered, as the API has it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ringtrue.client import UNCHANGED

if TYPE_CHECKING:
    from conftest import Operation

CALL: dict[str, Any] = {
    "id": "call_1",
    "thread_id": "thread_1",
    "call_type": "phone_call",
    "status": "ended",
    "created_at": "2027-03-04T15:30:00Z",
    "conversation_id": 7,
    "direction": "outbound",
    "from_number": "+14155550100",
    "to_number": "+14155550123",
    "scheduled_for": None,
    "start_timestamp": 1804174200,
    "end_timestamp": 1804174202,
    "duration_ms": 1500,
    "disconnection_reason": "agent_hangup",
    "transcript": None,
    "transcript_object": None,
    "recording_url": None,
    "call_analysis": None,
}
INFO = {"id": "call_1", "call_type": "phone_call", "status": "queued"}
SUMMARY = {name: value for name, value in CALL.items() if name not in list(CALL)[-4:]}
PROJECT = {"id": "be6bd22d", "name": "survey", "version": 2}
THREAD_USAGE = {"billable_messages": 0, "billable_message_cost": 0, "voice_minutes": 0.5, "voice_cost": 0, "total_cost": 0}
THREAD = {"id": "thread_1", "usage": THREAD_USAGE, "alias": "Anna", "timezone": None}
NUMBER = {"number": "+14155550100", "project": "survey", "created_at": "2027-03-04T15:30:00Z"}
SUPPRESSION = {"number": "+14155550123", "reason": "asked", "created_at": "2027-03-04T15:30:00Z"}
WEBHOOK = {"id": "whk_1", "url": "https://example.com", "events": ["call.ended"], "enabled": True}
HANDED = {"id": "dlv_1", "event_id": "evt_1", "type": "call.ended", "body": "{}"}
KEY = {"id": "key_1", "name": "ci", "scope": "read", "created_at": "2027-03-04T15:30:00Z", "last_used_at": None}
MESSAGE = {"message_id": "msg_1", "role": "user", "message": "Hello", "conversation_id": 1, "timestamp": 1, "extras": None}
EXTRAS = {"user_message_id": "msg_1", "conversation_id": 1, "reply_message_id": "msg_2"}
LAST = {"cursor": None}


@dataclass(frozen=True, kw_only=True)
class Case:
    """An operation, what it sends, and what it is answered; `gives` where that is not what it gives."""

    does: Operation
    sends: str
    body: Any = None
    answer: Any = None
    gives: Any = None


AT = datetime(2027, 3, 4, 9, 30, tzinfo=UTC)
CASES = {
    "calls.create": Case(
        does=lambda api: api.calls.create("+14155550123", "survey"),
        sends="POST /voice/phone-call",
        body={"callee": "+14155550123", "project_id": "survey", "background": False},
        answer={"thread_id": "thread_1", "call": INFO},
    ),
    "calls.create with everything": Case(
        does=lambda api: api.calls.create(
            "+14155550123",
            "survey",
            json_data={"first_name": "Änne"},
            scheduled_for=AT,
            timezone="Europe/Berlin",
            background=True,
            metadata={"order": 17},
            config_version_id="ver_1",
        ),
        sends="POST /voice/phone-call",
        body={
            "callee": "+14155550123",
            "project_id": "survey",
            "json_data": json.dumps({"first_name": "Änne"}),
            "scheduled_for": "2027-03-04T09:30:00+00:00",
            "timezone": "Europe/Berlin",
            "background": True,
            "metadata": {"order": 17},
            "config_version_id": "ver_1",
        },
        answer={"thread_id": "thread_1", "call": INFO},
    ),
    "calls.create_in_thread": Case(
        does=lambda api: api.calls.create_in_thread("thread_1", "+14155550123", "survey", verification_code="123"),
        sends="POST /voice/thread_1/phone-call",
        body={"callee": "+14155550123", "project_id": "survey", "verification_code": "123"},
        answer=INFO,
    ),
    "calls.check": Case(
        does=lambda api: api.calls.check("+14155550123", "survey", scheduled_for="2027-03-04T09:30", timezone="Europe/Berlin"),
        sends="POST /calls/check",
        body={
            "callee": "+14155550123",
            "project_id": "survey",
            "scheduled_for": "2027-03-04T09:30",
            "timezone": "Europe/Berlin",
        },
        answer={"allowed": False, "code": "suppressed", "detail": "The number is suppressed.", "rings_at": None},
    ),
    "calls.get": Case(does=lambda api: api.calls.get("call_1"), sends="GET /calls/call_1", answer=CALL),
    "calls.list": Case(
        does=lambda api: api.calls.list(
            status=["ended", "error"],
            call_type="phone_call",
            direction="inbound",
            from_date="2027-03-04",
            to_date=AT,
            thread_id="t",
            project_name="p",
            metadata={"order": 17, "room": "a b"},
        ),
        sends="GET /calls?status=ended&status=error&call_type=phone_call&direction=inbound&from_date=2027-03-04"
        "&to_date=2027-03-04T09%3A30%3A00%2B00%3A00&thread_id=t&project_name=p&metadata.order=17&metadata.room=a+b&limit=100",
        answer={"calls": [SUMMARY], "pagination": LAST},
        gives=[SUMMARY],
    ),
    "calls.cancel": Case(does=lambda api: api.calls.cancel("call_1"), sends="POST /calls/call_1/cancel", answer=CALL),
    "calls.hangup": Case(does=lambda api: api.calls.hangup("call_1"), sends="POST /calls/call_1/hangup", answer=CALL),
    "calls.analyse": Case(does=lambda api: api.calls.analyse("call_1"), sends="POST /calls/call_1/analysis", answer=CALL),
    "calls.reschedule": Case(
        does=lambda api: api.calls.reschedule("call_1", AT),
        sends="PATCH /calls/call_1",
        body={"scheduled_for": "2027-03-04T09:30:00+00:00"},
        answer=CALL,
    ),
    "calls.turns": Case(
        does=lambda api: api.calls.turns("call_1"),
        sends="GET /calls/call_1/turns",
        answer={"call_id": "call_1", "status": "pending", "turns": []},
    ),
    "calls.turn_log": Case(
        does=lambda api: api.calls.turn_log("call_1"),
        sends="GET /calls/call_1/turn-log",
        answer={"call_id": "call_1", "status": "complete", "lines": [{"v": 1}, [0, 1, "x"]]},
    ),
    "threads.create": Case(
        does=lambda api: api.threads.create(project_name="survey", json_data={"a": 1}, user_phone_number="+14155550123"),
        sends="POST /threads",
        body={"user_phone_number": "+14155550123", "project_name": "survey", "json_data": '{"a": 1}'},
        answer={"thread_id": "thread_1"},
    ),
    "threads.get": Case(does=lambda api: api.threads.get("thread_1"), sends="GET /threads/thread_1", answer=THREAD),
    "threads.list": Case(
        does=lambda api: api.threads.list(project_name="survey"),
        sends="GET /threads?project_name=survey&limit=100",
        answer={"threads": [{"id": "thread_1", "alias": None}], "pagination": LAST},
        gives=[{"id": "thread_1", "alias": None}],
    ),
    "threads.update clears": Case(
        does=lambda api: api.threads.update("thread_1", alias=None),
        sends="PATCH /threads/thread_1",
        body={"alias": None},
        answer=THREAD,
    ),
    "threads.update leaves": Case(
        does=lambda api: api.threads.update("thread_1", alias=UNCHANGED, timezone="Europe/Berlin"),
        sends="PATCH /threads/thread_1",
        body={"timezone": "Europe/Berlin"},
        answer=THREAD,
    ),
    "threads.token": Case(
        does=lambda api: api.threads.token("thread_1", expires_in=600, include=["analysis"]),
        sends="POST /threads/thread_1/token",
        body={"expires_in": 600, "include": ["analysis"]},
        answer={"access_token": "a.b.c", "expires_at": "2027-03-04T15:30:00Z"},
    ),
    "threads.messages": Case(
        does=lambda api: api.threads.messages("thread_1", cursor="c", reverse=True),
        sends="GET /threads/thread_1/messages?cursor=c&reverse=true&limit=100",
        answer={"messages": [MESSAGE], "pagination": LAST},
        gives=[MESSAGE],
    ),
    "chat.send": Case(
        does=lambda api: api.chat.send("thread_1", "Hello", project="survey", start_new_conversation=True),
        sends="POST /chat",
        body={
            "thread_id": "thread_1",
            "message": "Hello",
            "puppeteer_config_name": "survey",
            "start_new_conversation": True,
            "streaming": False,
        },
        answer={"message": "Good day", "extras": EXTRAS},
    ),
    "projects.list": Case(
        does=lambda api: api.projects.list(),
        sends="GET /projects",
        answer={"projects": [PROJECT], "pagination": LAST},
        gives=[PROJECT],
    ),
    "projects.get": Case(does=lambda api: api.projects.get("a b"), sends="GET /projects/a%20b", answer=PROJECT),
    "projects.versions": Case(
        does=lambda api: api.projects.versions("survey", limit=3),
        sends="GET /projects/survey/versions?limit=3",
        answer={"versions": [{"version": 2, "config_version_id": "v", "created_at": "c", "yaml": "y"}], "pagination": LAST},
        gives=[{"version": 2, "config_version_id": "v", "created_at": "c", "yaml": "y"}],
    ),
    "numbers.list": Case(does=lambda api: api.numbers.list(), sends="GET /numbers", answer={"numbers": [NUMBER]}, gives=[NUMBER]),
    "numbers.set": Case(
        does=lambda api: api.numbers.set("+14155550100", "survey"),
        sends="PUT /numbers/%2B14155550100",
        body={"project": "survey"},
        answer=NUMBER,
    ),
    "numbers.drop": Case(does=lambda api: api.numbers.drop("+14155550100"), sends="DELETE /numbers/%2B14155550100"),
    "suppressions.get": Case(
        does=lambda api: api.suppressions.get("+14155550123"), sends="GET /suppressions/%2B14155550123", answer=SUPPRESSION
    ),
    "suppressions.set": Case(
        does=lambda api: api.suppressions.set("+14155550123", reason="asked"),
        sends="PUT /suppressions/%2B14155550123",
        body={"reason": "asked"},
        answer=SUPPRESSION,
    ),
    "suppressions.drop": Case(
        does=lambda api: api.suppressions.drop("+14155550123"), sends="DELETE /suppressions/%2B14155550123"
    ),
    "webhooks.list": Case(
        does=lambda api: api.webhooks.list(), sends="GET /webhooks", answer={"webhooks": [WEBHOOK]}, gives=[WEBHOOK]
    ),
    "webhooks.create": Case(
        does=lambda api: api.webhooks.create("https://example.com", ["call.ended"]),
        sends="POST /webhooks",
        body={"url": "https://example.com", "events": ["call.ended"], "enabled": True},
        answer={**WEBHOOK, "secret": "whsec_1"},
    ),
    "webhooks.update": Case(
        does=lambda api: api.webhooks.update("whk_1", enabled=False),
        sends="PATCH /webhooks/whk_1",
        body={"enabled": False},
        answer=WEBHOOK,
    ),
    "webhooks.delete": Case(does=lambda api: api.webhooks.delete("whk_1"), sends="DELETE /webhooks/whk_1"),
    "webhooks.create for all events": Case(
        does=lambda api: api.webhooks.create("https://example.com"),
        sends="POST /webhooks",
        body={"url": "https://example.com", "enabled": True},
        answer={**WEBHOOK, "secret": "whsec_1"},
    ),
    "listeners.create": Case(
        does=lambda api: api.listeners.create(["call.ended"]),
        sends="POST /listeners",
        body={"events": ["call.ended"]},
        answer={"id": "whk_1", "events": ["call.ended"], "secret": "whsec_1"},
    ),
    "listeners.next_events": Case(
        does=lambda api: api.listeners.next_events("whk_1", [{"id": "dlv_1", "status": 200}]),
        sends="POST /listeners/whk_1/next",
        body={"done": [{"id": "dlv_1", "status": 200}]},
        answer={"deliveries": [HANDED]},
        gives=[HANDED],
    ),
    "listeners.delete": Case(does=lambda api: api.listeners.delete("whk_1"), sends="DELETE /listeners/whk_1"),
    "api_keys.list": Case(does=lambda api: api.api_keys.list(), sends="GET /api-keys", answer={"api_keys": [KEY]}, gives=[KEY]),
    "api_keys.create": Case(
        does=lambda api: api.api_keys.create("ci", scope="read"),
        sends="POST /api-keys",
        body={"name": "ci", "scope": "read"},
        answer={**KEY, "key": "rt_new"},
    ),
    "api_keys.revoke": Case(does=lambda api: api.api_keys.revoke("key_1"), sends="DELETE /api-keys/key_1"),
}
