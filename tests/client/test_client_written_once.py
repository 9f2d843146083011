"""Every operation is written once: the synchronous client is what the tool writes from the asynchronous one."""

from __future__ import annotations

import importlib.util
import inspect
from pathlib import Path

import pytest

import ringtrue.client
from ringtrue.client import AsyncClient, Client

ROOT = Path(__file__).parents[2]
OPERATIONS = {
    "calls": "analyse cancel check create create_in_thread download_recording get hangup list reschedule stream_recording "
    "turn_log turns wait",
    "threads": "create get list messages token update",
    "chat": "send stream",
    "projects": "apply get list versions",
    "numbers": "drop list set",
    "suppressions": "drop get set",
    "webhooks": "create delete list update",
    "listeners": "create delete next_events",
    "api_keys": "create list revoke",
}


def methods(group: object) -> dict[str, object]:
    """Its public methods by name."""
    return {name: method for name, method in inspect.getmembers(group, callable) if not name.startswith("_")}


def test_the_synchronous_client_is_as_written() -> None:
    """src/ringtrue/client/synchronous is what `python tools/write_sync_client.py` writes."""
    spec = importlib.util.spec_from_file_location("write_sync_client", ROOT / "tools" / "write_sync_client.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)

    there = {file.name: file.read_text() for file in tool.TARGET.glob("*.py")}

    assert there == tool.files()


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_these_are_the_operations(kind: type) -> None:
    """And each says what it gives."""
    client = kind("http://server", "k")

    found = {name: " ".join(sorted(methods(getattr(client, name)))) for name in OPERATIONS}
    silent = [name for group in OPERATIONS for name, method in methods(getattr(client, group)).items() if not method.__doc__]

    assert found == OPERATIONS
    assert silent == []


@pytest.mark.parametrize("group", OPERATIONS)
def test_both_clients_take_the_same(group: str) -> None:
    """Same names, same parameters, same words."""
    one, other = (methods(getattr(kind("http://server", "k"), group)) for kind in (Client, AsyncClient))

    for name, method in one.items():
        assert inspect.signature(method).parameters == inspect.signature(other[name]).parameters, name  # type: ignore[arg-type]
        assert method.__doc__ == other[name].__doc__, name


def test_the_public_names_are_these() -> None:
    """Nothing else is promised."""
    failures = (
        "BadRequest Conflict ConnectionFailed InvalidRequest NotFound PermissionDenied RateLimited ServerError Unauthorized"
    )

    assert set(ringtrue.client.__all__) == {
        "Client",
        "AsyncClient",
        "APIError",
        "AnswerInvalid",
        "Fault",
        "UNCHANGED",
        *failures.split(),
    }
