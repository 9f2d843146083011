"""An example of every request and answer, put together from one sample for each field, so that a new shape has one by itself."""

from __future__ import annotations

import json
from typing import Any

PLACEHOLDER = "string"
"""What a text without a sample shows; a test names the field."""

_CALL, _THREAD = "call_06e9x3v0k8qk2m7r5t1w4y6z8a", "thread_06e9x3v0k8c3f5h7j9m1p3r5t7"
_PROJECT, _VERSION = "7d0c9a52-3f6e-4f0e-9b2d-5a8c1e4f7b60", "ver_06e9x3v0k8d4g6j8k0n2q4s6v8"
_MESSAGE, _WEBHOOK = "msg_06e9x3v0k8e5h7k9m1p3r5t7w9", "whk_06e9x3v0k8g7k9n1q3s5v7x9z1"
_LISTENER, _DELIVERY = "lsn_06e9x3v0k8j9n1q3s5v7x9z1b3", "dlv_06e9x3v0k8k0p2r4t6w8y0a2c4"
_DATA = {"first_name": "Anna", "appointment": "2027-03-04T10:30", "offers": ["2027-03-05T09:00", "2027-03-08T14:15"]}
_YAML = """\
name: greeting
language: en-US
timezone: America/Chicago
disclosure: Hello, this is the automated assistant of the library.
agent:
  type: script
  start: goodbye
  steps:
    goodbye: {say: Thank you. Goodbye., end: {successful: true}}
"""
_UTTERANCE = {
    "role": "user", "content": "Yes.", "words": [{"word": "Yes.", "start": 4.1, "end": 4.4, "timing": "estimated"}],
    "start": 4.1, "end": 4.4, "interrupted": False, "generated": None,
}  # fmt: skip
_ANALYSIS = {
    "call_summary": "The appointment is kept.", "user_sentiment": "Neutral", "call_successful": True, "in_voicemail": False,
    "custom_analysis_data": {"outcome": "kept"}, "status": "complete", "analyzer": "script",
}  # fmt: skip

# By the name of the field, where need be behind the name of its schema or of its operation.
SAMPLES: dict[str, Any] = {
    "alias": "Anna", "analyzer": "script", "audio": "kept", "by": "words", "call_analysis": _ANALYSIS, "call_id": _CALL,
    "call_type": "phone_call", "callee": "+14155550123", "channels": 2, "code": None, "config_version_id": _VERSION,
    "conversation_id": 1, "created_at": "2027-03-01T09:00:00.000Z", "cursor": None, "detail": "The call would be placed.",
    "direction": "outbound", "disconnection_reason": "agent_hangup", "duration_ms": 61_500, "end_timestamp": 1_804_157_462,
    "from_number": "+14155550100", "json_data": json.dumps(_DATA), "key": "rt_6Jm0shown-this-once",
    "key_id": "key_5f1c0a9b2e7d4c6f",
    "opt_out": False, "simulated": False,
    "last_used_at": None, "lines": [], "metadata": {"order": "1042"}, "name": "appointment", "number": "+14155550100",
    "project": "appointment", "project_id": _PROJECT,
    "project_name": "appointment", "q850": None, "carrier_code": None, "reason": "asked", "recording_url": None, "retry_of": None,
    "rings_at": "2027-03-04T15:30:00.000Z", "sample_rate_hz": 8000, "scheduled_for": None, "sha256": None, "sip_status": 200,
    "start_timestamp": 1_804_157_400, "status": "ended", "thread_id": _THREAD, "timezone": "America/New_York",
    "to_number": "+14155550123", "transcript": "Agent: Am I speaking with Anna?\nUser: Yes.", "transcript_object": [_UTTERANCE],
    "turns": None, "user_email": "anna@example.com", "user_phone_number": "+14155550123", "version": 1, "yaml": _YAML,
    "verification_code": None, "background": True, "from_date": "2027-03-01", "to_date": "2027-03-31", "expires_at": None,
    "ApiKeyRequest.name": "dashboard", "ApiKeyShape.id": "key_5f1c0a9b2e7d4c6f", "ApiKeyShape.name": "dashboard",
    "CallInfo.id": _CALL, "CallShape.id": _CALL, "CallShape.json_data": _DATA, "CallSummaryShape.id": _CALL,
    "CallSummaryShape.json_data": _DATA, "NewApiKeyShape.id": "key_5f1c0a9b2e7d4c6f", "NewApiKeyShape.name": "dashboard",
    "ProjectShape.id": _PROJECT, "RecordingShape.status": "ready", "RetentionShape.transcript": "kept",
    "RescheduleRequest.scheduled_for": "2027-03-04T10:30:00-05:00", "ThreadRequest.type": "NORMAL", "ThreadShape.id": _THREAD,
    "ThreadSummaryShape.id": _THREAD, "TurnLogShape.status": "complete", "TurnsShape.status": "complete",
    "CallInfo.status": "queued", "CallInfo.start_timestamp": None, "CallInfo.end_timestamp": None, "CallInfo.duration_ms": None,
    "list_calls.metadata": {"metadata.order": "1042"},
    "list_calls.status": ["ended"], "list_calls.call_type": ["phone_call"], "list_calls.direction": ["outbound"],
    "access_token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.made-anew-each-time.signature", "expires_in": 3600, "include": [],
    "message": "Can you move it to Monday?", "message_id": _MESSAGE, "role": "user", "timestamp": 1_804_157_404,
    "user_message_id": _MESSAGE, "reply_message_id": "msg_06e9x3v0k8f6j8m0n2q4s6v8x0", "puppeteer_config_name": "appointment",
    "token": "Monday", "index": 0, "start_new_conversation": False, "streaming": False, "MessageExtras.call_id": None,
    "ChatShape.message": "On Monday there is half past two. Shall I take that?", "ChatRequest.config_version_id": None,
    "ChatRequest.project_name": None, "ThreadTokenShape.expires_at": "2027-03-01T10:00:00.000Z",
    "url": "https://example.com/hooks", "events": ["call.ended", "call.analyzed"], "enabled": True,
    "secret": "whsec_c2hvd24gdGhpcyBvbmNlIG9ubHk", "webhook_id": _WEBHOOK, "WebhookShape.id": _WEBHOOK,
    "NewWebhookShape.id": _WEBHOOK, "listener_id": _LISTENER, "NewListenerShape.id": _LISTENER,
    "event_id": "evt_06e9x3v0k8h8m0p2r4t6w8y0a2", "type": "call.ended",
    "HandedShape.id": _DELIVERY, "DoneShape.id": _DELIVERY, "DoneShape.status": 204,
    "body": '{"type": "call.ended", "id": "evt_06e9x3v0k8h8m0p2r4t6w8y0a2", "timestamp": "2027-03-01T09:01:02.000Z"}',
    "TurnsShape.turns": [], "check_liveness.status": "ok", "check_readiness.status": "ok", "apply_project.name": "greeting",
}  # fmt: skip


def add(operation: dict[str, Any], document: dict[str, Any]) -> None:
    """Give the operation's parameters, its body and its good answers an example, where they have none."""
    name = operation["operationId"]
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "header":
            continue  # an idempotency key that is copied is no key
        parameter.setdefault("example", _sample(parameter["schema"], document, name, parameter["name"]))
    contents = [operation.get("requestBody", {}).get("content", {})]
    contents += [one.get("content", {}) for status, one in operation["responses"].items() if status.startswith("2")]
    for content in contents:
        for kind, described in content.items():
            if "examples" not in described:
                is_yaml = kind.endswith("yaml")
                described.setdefault("example", _YAML if is_yaml else _sample(described["schema"], document, name, ""))


def _sample(schema: dict[str, Any], document: dict[str, Any], owner: str, name: str) -> Any:
    for known in (f"{owner}.{name}", name):
        if known in SAMPLES:
            return SAMPLES[known]
    if reference := schema.get("$ref"):
        target = reference.rpartition("/")[2]
        return _sample(document["components"]["schemas"][target], document, target, "")
    for key in ("examples", "enum"):
        if key in schema:
            return schema[key][0]
    for key in ("const", "default"):
        if schema.get(key) is not None:
            return schema[key]
    if options := schema.get("anyOf"):
        return _sample(next((one for one in options if one.get("type") != "null"), options[0]), document, owner, name)
    return _by_type(schema, document, owner)


def _by_type(schema: dict[str, Any], document: dict[str, Any], owner: str) -> Any:
    match schema.get("type"):
        case "object":
            return {key: _sample(inner, document, owner, key) for key, inner in schema.get("properties", {}).items()}
        case "array":
            return [_sample(schema["items"], document, owner, "")] if schema.get("items") else []
        case "integer":
            return schema.get("minimum", 0)
        case "number":
            return 0.0
        case "boolean":
            return True
        case "string":
            return PLACEHOLDER
    return None
