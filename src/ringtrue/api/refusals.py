"""Every code that a problem may have, with its status and what it says; and which of them an operation may answer with.

What may refuse says so where it stands, an operation or something it depends on (`@refuses`); `document` gathers that. Clients
act on codes, so one that has been published stays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

F = TypeVar("F", bound=Callable[..., object])
_ATTRIBUTE = "__refuses__"


@dataclass(frozen=True, slots=True)
class Code:
    """`is_fault`: it stands in `errors[].code` of an `invalid_input`."""

    status: int
    says: str
    is_fault: bool = False


def _fault(says: str) -> Code:
    return Code(422, says, is_fault=True)


CODES: dict[str, Code] = {
    "bad_request": Code(400, "What was sent is no HTTP/1.1."),
    "unauthorized": Code(401, "There is no valid API key in the Authorization header."),
    "key_reads_only": Code(403, "The API key may only read."),
    "key_not_admin": Code(403, "The API key is not of scope admin."),
    "cross_origin_api_key": Code(403, "An API key came from a web page of another origin."),
    "thread_token_not_enough": Code(403, "A thread token does not open this: it takes an API key."),
    "verification_unavailable": Code(403, "No verifier of callees is configured, so a thread token places no phone call."),
    "link_invalid": Code(403, "The link is forged, altered or expired."),
    "emergency_number": Code(403, "Emergency numbers are never called."),
    "short_number": Code(403, "Short codes are not called."),
    "premium_rate_number": Code(403, "Premium-rate numbers are not called."),
    "shared_cost_number": Code(403, "Shared-cost numbers are not called."),
    "special_number": Code(403, "Personal numbers, pagers, mailboxes and company-wide numbers are not called."),
    "international_network_number": Code(403, "Satellite and other networks that belong to no country are not called."),
    "number_unassigned": Code(403, "The number is in no range that its numbering plan could give out."),
    "internal_destination_not_allowed": Code(403, "The extension or SIP URI is no internal destination of the organization."),
    "country_not_allowed": Code(403, "The number is in a country that is not called."),
    "suppressed": Code(403, "The party asked not to be called."),
    "outside_calling_hours": Code(403, "It is outside of the project's calling hours where the callee is."),
    "not_found": Code(404, "There is no such object in the organization, or nothing at the address."),
    "method_not_allowed": Code(405, "The address does not take that method."),
    "wrong_state": Code(409, "The call's present status, which `detail` names, does not allow it."),
    "never_connected": Code(409, "The call never connected, so there is nothing to analyse."),
    "no_trunk": Code(409, "No trunk is configured, so no call can go out."),
    "number_taken": Code(409, "The number belongs to another organization."),
    "too_many_webhooks": Code(409, "The organization has as many webhooks as it may."),
    "too_many_listeners": Code(409, "The organization has as many listeners as it may."),
    "last_admin_key": Code(409, "It is the last key of scope admin."),
    "idempotency_in_flight": Code(409, "The first request under this idempotency key is still in flight."),
    "idempotency_answer_not_kept": Code(409, "It was carried out under this idempotency key, but its answer was not kept."),
    "body_too_large": Code(413, "The body is larger than 1 MiB."),
    "media_type_unsupported": Code(415, "The body is of another media type."),
    "range_not_satisfiable": Code(416, "The recording has no such part."),
    "json_invalid": Code(422, "The body is not JSON in UTF-8."),
    "json_too_deep": Code(422, "The body is nested more than 64 deep."),
    "text_invalid": Code(422, "A text holds a NUL or half of a surrogate pair."),
    "body_not_object": Code(422, "The body is not a JSON object."),
    "body_missing": Code(422, "There is no body."),
    "invalid_input": Code(422, "The request is not as documented; `errors` says where, and each entry why by its own `code`."),
    "project_invalid": Code(422, "The project file has mistakes; `errors` has each with line, column and path."),
    "unknown_field": _fault("A field or query parameter that the operation does not know."),
    "number_invalid": _fault("This is no phone number that can be dialled."),
    "internal_destination_invalid": _fault("This is no pattern of extensions or SIP URIs."),
    "country_unknown": _fault("This is no country with a numbering plan."),
    "project_required": _fault("The thread has no project, and the request names none."),
    "url_invalid": _fault("This is no address that a webhook can have."),
    "events_missing": _fault("A webhook without events is told nothing."),
    "frame_not_text": _fault("A frame of the socket that is not text."),
    "frame_unknown": _fault("A frame of the socket that is no message."),
    "project_unknown": _fault("There is no such project."),
    "version_unknown": _fault("The project has no such version."),
    "name_differs": _fault("The file bears another name."),
    "variables_invalid": _fault("The data does not fit the project's variables."),
    "json_data_invalid": _fault("`json_data` is not JSON."),
    "json_data_not_object": _fault("`json_data` holds no JSON object."),
    "json_data_too_large": _fault("`json_data` is larger than 64 kB."),
    "metadata_invalid": _fault("`metadata` is not flat, or larger than 4 kB."),
    "metadata_too_many": _fault("Calls are listed by ten entries of metadata at the most."),
    "timezone_unknown": _fault("This is no IANA time zone."),
    "timezone_missing": _fault("The time has no offset and there is no zone to read it in."),
    "datetime_invalid": _fault("This is no date and time in ISO 8601."),
    "time_does_not_exist": _fault("Clocks skip this time of day."),
    "scheduled_in_past": _fault("The instant has passed."),
    "scheduled_too_far": _fault("The instant is more than a year ahead."),
    "type_unknown": _fault("The only type is NORMAL."),
    "cursor_invalid": _fault("The cursor belongs to no page of this list."),
    "idempotency_key_invalid": _fault("An idempotency key has 1 to 255 printable ASCII characters."),
    "idempotency_key_reused": _fault("The idempotency key was used for another request."),
    "rate_limited": Code(429, "There were too many requests; `Retry-After` says how long to wait."),
    "calls_per_minute_reached": Code(429, "The organization has as many calls in this minute as it may."),
    "calls_per_day_reached": Code(429, "The organization has as many calls within a day as it may."),
    "calls_to_callee_reached": Code(429, "The number has as many calls within a day as it may."),
    "internal": Code(500, "Something broke on the server's side; its log says what."),
    "web_calls_not_available": Code(501, "Browser calls are not available yet."),
    "not_ready": Code(503, "Calls cannot be placed or answered now."),
    "shutting_down": Code(503, "The server is shutting down."),
    "store_unavailable": Code(503, "The database cannot be read or written for now."),
}

# What several operations share.
DIALLED = ("emergency_number", "short_number", "number_invalid")
INSTANT = ("datetime_invalid", "time_does_not_exist", "timezone_missing", "scheduled_in_past", "scheduled_too_far")
_COSTLY = ("premium_rate_number", "shared_cost_number", "special_number", "international_network_number", "number_unassigned")
_CAPS = ("calls_per_minute_reached", "calls_per_day_reached", "calls_to_callee_reached")
FORBIDDEN = (*_COSTLY, "internal_destination_not_allowed", "country_not_allowed", "suppressed", "outside_calling_hours", *_CAPS)
JSON_DATA = ("json_data_invalid", "json_data_not_object", "json_data_too_large")
DATA = (*JSON_DATA, "metadata_invalid", "timezone_unknown")
PLACING = (
    *(*DIALLED, *FORBIDDEN, *INSTANT, "no_trunk", "not_found", "project_unknown", "project_invalid", "variables_invalid"),
    "shutting_down",
)


def refuses(*codes: str) -> Callable[[F], F]:
    """Says of a function that it may refuse with these codes. Raises KeyError for one that `CODES` does not have."""
    for code in codes:
        CODES[code]

    def mark(function: F) -> F:
        setattr(function, _ATTRIBUTE, (*codes_of(function), *codes))
        return function

    return mark


def codes_of(function: object) -> tuple[str, ...]:
    """What a function was said to refuse with."""
    return getattr(function, _ATTRIBUTE, ())
