"""A request as a value, the same for both clients: what is sent, and whether it may be sent again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Literal
from urllib.parse import quote

from ringtrue import ids

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Query = Mapping[str, str | int | bool | Sequence[str] | None]

_KEYED: tuple[Method, ...] = ("POST", "DELETE")
MOST_OF_A_PAGE = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One operation. Parts of `query` that are None are left out."""

    method: Method
    path: str
    query: Query = field(default_factory=dict)
    body: Mapping[str, object] | None = None
    content: bytes | None = None
    content_type: str = "application/json"
    idempotency_key: str | None = None
    follows_redirects: bool = False
    is_passing_question: bool = False

    @property
    def may_repeat(self) -> bool:
        """Whether sending it twice does it once: by its key, or because it sets what it says."""
        return not self.is_passing_question and (self.method not in _KEYED or self.idempotency_key is not None)

    def headers(self) -> dict[str, str]:
        """What goes along beside the API key."""
        headers = {"Idempotency-Key": self.idempotency_key} if self.idempotency_key is not None else {}
        if self.payload() is not None:
            headers["Content-Type"] = self.content_type
        return headers

    def payload(self) -> bytes | None:
        """The body as it is sent."""
        if self.body is None:
            return self.content
        return json.dumps(self.body).encode()

    def params(self) -> dict[str, Any]:
        """The query as it is sent."""
        return {name: value for name, value in self.query.items() if value is not None}


class Unchanged(Enum):
    """What a change leaves as it is, where None clears it."""

    UNCHANGED = "unchanged"


UNCHANGED = Unchanged.UNCHANGED


def get(path: str, query: Query | None = None, *, follows_redirects: bool = False) -> Request:
    """A request that reads."""
    return Request(method="GET", path=path, query=query or {}, follows_redirects=follows_redirects)


def ask_once(path: str) -> Request:
    """A request that asks how it stands now: no answer is an answer, so it is not sent again."""
    return Request(method="GET", path=path, is_passing_question=True)


def post(path: str, body: Mapping[str, object] | None = None, *, idempotency_key: str | None = None) -> Request:
    """A request that does something once, under the given key or one of its own."""
    sent = None if body is None else given(body)
    return Request(method="POST", path=path, body=sent, idempotency_key=idempotency_key or new_idempotency_key())


def post_once(path: str, body: Mapping[str, object]) -> Request:
    """A request without a key, which therefore is not sent again."""
    return Request(method="POST", path=path, body=body)


def delete(path: str, *, idempotency_key: str | None = None) -> Request:
    """A request that takes something away, under the given key or one of its own."""
    return Request(method="DELETE", path=path, idempotency_key=idempotency_key or new_idempotency_key())


def put(path: str, body: Mapping[str, object]) -> Request:
    """A request that sets something."""
    return Request(method="PUT", path=path, body=given(body))


def put_yaml(path: str, yaml: str) -> Request:
    """A request that sets something to the content of a YAML file, as it is."""
    return Request(method="PUT", path=path, content=yaml.encode(), content_type="application/yaml")


def patch(path: str, body: Mapping[str, object]) -> Request:
    """A request that changes what its body names; None clears, UNCHANGED leaves."""
    return Request(method="PATCH", path=path, body={name: value for name, value in body.items() if value is not UNCHANGED})


def path(*parts: str) -> str:
    """An address: whatever a part holds, it stays one part."""
    return "".join(f"/{quote(part, safe='')}" for part in parts)


def given(body: Mapping[str, object]) -> dict[str, object]:
    """The fields that were given."""
    return {name: value for name, value in body.items() if value is not None}


def instant(at: str | datetime | None) -> str | None:
    """A time as the API takes it."""
    return at.isoformat() if isinstance(at, datetime) else at


def json_text(data: Mapping[str, object] | None) -> str | None:
    """`json_data` as the API takes it: a JSON document in a string."""
    return None if data is None else json.dumps(data)


def metadata_filter(metadata: Mapping[str, object] | None) -> dict[str, str]:
    """The entries that calls are listed by, as the API takes them: a string as it is, anything else as JSON."""
    entries = (metadata or {}).items()
    return {f"metadata.{key}": value if isinstance(value, str) else json.dumps(value) for key, value in entries}


def page_size(limit: int | None, found: int) -> int:
    """How many the next page has at most, when `limit` are wanted in all."""
    return MOST_OF_A_PAGE if limit is None else min(MOST_OF_A_PAGE, limit - found)


def new_idempotency_key() -> str:
    """A key for one request and its repetitions."""
    return ids.token_hex(16)
