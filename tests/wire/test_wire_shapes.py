"""The public shapes: the documented names in their order, and which of them a client may leave out or send as null."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError

from ringtrue.wire.calls import CallInfo, CallShape, PlacedCall
from ringtrue.wire.problems import FaultShape, ProblemShape
from ringtrue.wire.projects import ProjectShape, ProjectsShape
from ringtrue.wire.requests import PhoneCallRequest, ThreadPhoneCallRequest, ThreadRequest, WebCallRequest
from ringtrue.wire.threads import NewThreadShape, ThreadShape, UsageShape

ANSWERS: list[tuple[type[BaseModel], str]] = [
    (CallInfo, "id call_type status to_number from_number scheduled_for start_timestamp end_timestamp duration_ms"),
    (PlacedCall, "thread_id call"),
    (
        CallShape,
        "id thread_id call_type status created_at conversation_id direction from_number to_number scheduled_for "
        "start_timestamp end_timestamp duration_ms disconnection_reason transcript transcript_object recording_url call_analysis "
        "project_id project_name config_version_id metadata json_data cause recording retention opt_out retry_of simulated "
        "turns",
    ),
    (NewThreadShape, "thread_id"),
    (ThreadShape, "id usage alias timezone"),
    (UsageShape, "billable_messages billable_message_cost voice_minutes voice_cost total_cost"),
    (ProjectShape, "id name version config_version_id created_at"),
    (ProjectsShape, "projects pagination"),
    (ProblemShape, "type title status detail code request_id errors"),
    (FaultShape, "loc msg code"),
]
REQUESTS: list[tuple[type[BaseModel], str, str]] = [
    (PhoneCallRequest, "callee project_id", "timezone json_data scheduled_for background metadata config_version_id"),
    (ThreadPhoneCallRequest, "callee project_id", "scheduled_for verification_code"),
    (WebCallRequest, "project_id", ""),
    (ThreadRequest, "", "timezone user_phone_number user_email project_name json_data type"),
]


@pytest.mark.parametrize(("shape", "names"), ANSWERS)
def test_an_answer_has_the_documented_names(shape: type[BaseModel], names: str) -> None:
    """In their order; a client may rely on each."""
    assert list(shape.model_fields) == names.split()


@pytest.mark.parametrize("shape", [shape for shape, _ in ANSWERS if shape not in (ProblemShape,)])
def test_every_name_of_an_answer_is_always_there(shape: type[BaseModel]) -> None:
    """Null where unknown, never left out."""
    required = set(shape.model_json_schema(mode="serialization").get("required", []))

    assert required == set(shape.model_fields)


@pytest.mark.parametrize(("request_shape", "required", "optional"), REQUESTS)
def test_a_request_has_the_documented_names(request_shape: type[BaseModel], required: str, optional: str) -> None:
    """Those that it needs and those that it may have."""
    fields = request_shape.model_fields

    assert [name for name, one in fields.items() if one.is_required()] == required.split()
    assert [name for name, one in fields.items() if not one.is_required()] == optional.split()


@pytest.mark.parametrize(("request_shape", "required", "optional"), REQUESTS)
def test_an_explicit_null_is_a_field_left_out(request_shape: type[BaseModel], required: str, optional: str) -> None:
    """For every optional field, and for no other."""
    least = dict.fromkeys(required.split(), "x")

    assert request_shape(**least, **dict.fromkeys(optional.split())) == request_shape(**least)
    for name in least:
        with pytest.raises(ValidationError):
            request_shape(**{**least, name: None})
