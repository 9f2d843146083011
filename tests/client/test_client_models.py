"""Models outlive the server they were written for, and give its documents back as they were."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from ringtrue.client.models.calls import Call, CallInfo, DocumentedRecord
from ringtrue.client.models.organization import ApiKey
from ringtrue.wire.calls import CallShape

SEED = Path(__file__).parents[1] / "data" / "get-call.seed.txt"

RECORD: dict[str, Any] = {
    **dict.fromkeys(DocumentedRecord.model_fields),
    "id": "call_1",
    "thread_id": "thread_1",
    "call_type": "phone_call",
    "status": "ended",
    "created_at": "2027-03-04T15:30:00Z",
    "transcript_object": [
        {
            "role": "agent",
            "content": "Hello",
            "words": [{"word": "Hello", "start": 0.0, "end": 0.5, "timing": "measured"}],
            "start": 0.0,
            "end": 0.5,
            "interrupted": True,
            "generated": "Hello there",
        }
    ],
    "call_analysis": {"status": "complete", "call_successful": True, "custom_analysis_data": {"outcome": "kept"}},
    "recording": {"status": "ready", "sha256": "ab"},
}


def test_every_documented_field_is_there() -> None:
    """In the order of the document that the product was ordered from."""
    documented = re.findall(r'^  "(\w+)":', SEED.read_text(), re.MULTILINE)

    assert list(DocumentedRecord.model_fields) == documented
    assert list(Call.model_fields)[: len(documented)] == documented


def test_a_call_has_the_fields_that_the_server_writes() -> None:
    """The client's model and the server's shape are two, and must not part."""
    assert set(Call.model_fields) == set(CallShape.model_fields)


def test_a_record_is_read_and_given_back() -> None:
    """As attributes with types, and as the same document."""
    call = Call.model_validate(RECORD)

    assert call.transcript_object is not None
    assert call.transcript_object[0].words[0].end == 0.5
    assert call.call_analysis is not None
    assert call.call_analysis.custom_analysis_data == {"outcome": "kept"}
    assert call.to_dict() == RECORD
    assert list(call.to_dict())[:18] == list(RECORD)[:18]


def test_a_newer_servers_fields_and_words_do_no_harm() -> None:
    """Unknown fields are kept at every depth, unknown statuses, reasons, roles and scopes are strings like the known ones."""
    newer = {
        **RECORD,
        "status": "parked",
        "disconnection_reason": "abducted",
        "weather": {"sky": "blue"},
        "transcript_object": [{**RECORD["transcript_object"][0], "role": "chorus", "mood": "glad"}],
    }

    call = Call.model_validate(newer)

    assert (call.status, call.disconnection_reason, call.is_over) == ("parked", "abducted", False)
    assert call.to_dict() == newer
    assert ApiKey.model_validate({"id": "key_1", "name": "n", "scope": "write"}).scope == "write"


def test_an_older_servers_record_is_enough() -> None:
    """The documented fields alone."""
    call = Call.model_validate({name: RECORD[name] for name in DocumentedRecord.model_fields})

    assert (call.recording, call.simulated, call.metadata, call.is_complete) == (None, False, {}, True)


@pytest.mark.parametrize(
    ("status", "recording", "analysis", "is_over", "is_complete"),
    [
        ("ongoing", "pending", None, False, False),
        ("ended", "pending", "complete", True, False),
        ("ended", "ready", "pending", True, False),
        ("ended", "ready", "complete", True, True),
        ("error", "not_recorded", None, True, True),
    ],
)
def test_when_a_record_is_complete(status: str, recording: str, analysis: str | None, is_over: bool, is_complete: bool) -> None:
    """When the call is over and nothing about it is pending."""
    about = {"status": analysis} if analysis is not None else None

    call = Call.model_validate({**RECORD, "status": status, "recording": {"status": recording}, "call_analysis": about})

    assert (call.is_over, call.is_complete) == (is_over, is_complete)


def test_a_document_cannot_be_changed() -> None:
    """It says what the server said."""
    info = CallInfo(id="call_1", call_type="phone_call", status="queued")

    with pytest.raises(ValueError, match="frozen"):
        info.status = "ended"  # type: ignore[misc]
