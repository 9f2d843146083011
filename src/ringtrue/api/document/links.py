"""Links from an operation that makes something to those that take its id: derived from the names of path parameters."""

from __future__ import annotations

from typing import Any

# Of each operation that makes something: which parameter of others its answer has, and where.
MADE: dict[str, dict[str, str]] = {
    "create_phone_call": {"call_id": "/call/id", "thread_id": "/thread_id"},
    "create_phone_call_in_thread": {"call_id": "/id"},
    "list_calls": {"call_id": "/calls/0/id", "thread_id": "/calls/0/thread_id"},
    "create_thread": {"thread_id": "/thread_id"},
    "list_threads": {"thread_id": "/threads/0/id"},
    "list_projects": {"name": "/projects/0/name"},
    "apply_project": {"name": "/name"},
    "put_number": {"number": "/number"},
    "put_suppression": {"number": "/number"},
    "create_api_key": {"key_id": "/id"},
}
_SAME_RESOURCE = frozenset({"name", "number"})  # a number of ours is no suppressed one: these lead to their own paths only


def add(document: dict[str, Any]) -> None:
    """Add the links."""
    found = [(path, one) for path, methods in document["paths"].items() for one in methods.values()]
    for path, operation in found:
        for parameter, pointer in MADE.get(operation["operationId"], {}).items():
            takers = [
                taker["operationId"]
                for other, taker in found
                if f"{{{parameter}}}" in other and (parameter not in _SAME_RESOURCE or _root(other) == _root(path))
            ]
            for status in ("200", "201", "202"):
                if status in operation["responses"]:
                    operation["responses"][status].setdefault("links", {}).update(
                        {taker: _link(taker, parameter, pointer) for taker in takers}
                    )


def _root(path: str) -> str:
    return path.split("/")[1]


def _link(taker: str, parameter: str, pointer: str) -> dict[str, Any]:
    return {"operationId": taker, "parameters": {parameter: f"$response.body#{pointer}"}}
