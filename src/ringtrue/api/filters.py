"""The filters of a list of calls, as clients write them in the query."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from fastapi import Query
from fastapi.datastructures import QueryParams
from pydantic import BaseModel, ConfigDict, Field

from ringtrue.api.fields import MOST_OF_A_PAGE
from ringtrue.domain.call import CallStatus, CallType, Direction
from ringtrue.errors import InvalidInput

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d")
_LOST_PLUS = re.compile(r" (?=\d\d:?\d\d\Z)")  # of an offset: in a query, an unescaped + means a space
METADATA = "metadata."
"""What the names of parameters begin with that are keys of metadata."""
_MOST_ENTRIES = 10
DESCRIBED = {
    "name": "metadata",
    "in": "query",
    "required": False,
    # Of an object, this style writes each property as a parameter of its own (OpenAPI 3.1, "Style Values").
    "style": "form",
    "explode": True,
    "schema": {"type": "object", "patternProperties": {"^metadata\\.": {"type": "string"}}, "additionalProperties": False},
    "description": "Written `metadata.KEY=VALUE`: only calls with that entry in their metadata; a string as it is, anything else "
    "as JSON. May be repeated: calls must have every one.",
}
"""What the OpenAPI document says of them."""
_LAST_OF_DAY = timedelta(days=1) - timedelta(microseconds=1)


class CallsQuery(BaseModel):
    """The query of `GET /calls`."""

    model_config = ConfigDict(frozen=True)

    status: list[Literal["scheduled", "queued", "ongoing", "ended", "error"]] = Field(
        default=[], description="Only calls in one of these statuses."
    )
    call_type: list[Literal["phone_call", "web_call"]] = Field(default=[], description="Only calls of one of these types.")
    direction: list[Literal["inbound", "outbound"]] = Field(default=[], description="Only calls of one of these directions.")
    from_date: str | None = Field(
        default=None, description="Only calls created then or later: an ISO 8601 date (from its start in UTC) or date and time."
    )
    to_date: str | None = Field(
        default=None, description="Only calls created then or earlier: an ISO 8601 date (to its end in UTC) or date and time."
    )
    thread_id: str | None = Field(default=None, description="Only calls of this thread.")
    project_name: str | None = Field(default=None, description="Only calls of the project of this name.")
    cursor: str | None = Field(default=None, description="Where the page begins: the `pagination.cursor` of the page before.")
    limit: int = Field(default=20, ge=1, le=MOST_OF_A_PAGE, description="How many calls a page has at most.")

    def statuses(self) -> frozenset[CallStatus]:
        """In the domain's words."""
        return frozenset(map(CallStatus, self.status))

    def call_types(self) -> frozenset[CallType]:
        """In the domain's words."""
        return frozenset(map(CallType, self.call_type))

    def directions(self) -> frozenset[Direction]:
        """In the domain's words."""
        return frozenset(map(Direction, self.direction))

    def created_from(self) -> datetime | None:
        """In UTC. Raises InvalidInput."""
        return _instant(self.from_date, field="from_date", of_day=timedelta(0))

    def created_to(self) -> datetime | None:
        """In UTC. Raises InvalidInput."""
        return _instant(self.to_date, field="to_date", of_day=_LAST_OF_DAY)

    def fingerprint(self, metadata: Iterable[tuple[str, str]] = ()) -> str:
        """The same for the same filters, in whatever order they were written."""
        lists = [f"{name}={','.join(sorted(set(getattr(self, name))))}" for name in ("status", "call_type", "direction")]
        texts = [f"{name}={getattr(self, name)!r}" for name in ("from_date", "to_date", "thread_id", "project_name")]
        return "&".join([*lists, *texts, *(f"metadata={one!r}" for one in sorted(metadata))])


def metadata_of(query: QueryParams) -> frozenset[tuple[str, str]]:
    """The entries that calls are asked for by as `metadata.KEY=VALUE`, each of which they must have. Raises InvalidInput."""
    found = frozenset((name.removeprefix(METADATA), value) for name, value in query.multi_items() if name.startswith(METADATA))
    if len(found) > _MOST_ENTRIES:
        raise InvalidInput(f"Calls are listed by {_MOST_ENTRIES} entries of metadata at the most.", code="metadata_too_many")
    return found


CallsFilter = Annotated[CallsQuery, Query()]


def _instant(text: str | None, *, field: str, of_day: timedelta) -> datetime | None:
    """The instant in UTC, where a time without an offset is read; of a mere date, that much later than its start."""
    if text is None:
        return None
    try:
        if _DATE.fullmatch(text):
            return datetime.fromisoformat(text).replace(tzinfo=UTC) + of_day
        if not _INSTANT.match(text):
            raise ValueError(text)
        written = datetime.fromisoformat(_LOST_PLUS.sub("+", text, count=1).upper())
        return (written if written.tzinfo else written.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as exc:
        raise InvalidInput(
            "This is no date or date and time in ISO 8601, such as 2027-03-04 or 2027-03-04T10:30:00Z.",
            field=(field,),
            code="datetime_invalid",
        ) from exc
