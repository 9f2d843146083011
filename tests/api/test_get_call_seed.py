"""`GET /calls/{id}` is the document the product was ordered from, field by field."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from ringtrue.api.app import create_app
from ringtrue.api.deps import ApiDeps
from ringtrue.api.doors import RequestStore
from ringtrue.bootstrap.chats import chats
from ringtrue.calls import keys
from ringtrue.clock import SystemClock
from ringtrue.storage.database import SqliteStore
from ringtrue.storage.recordings import RecordingFiles
from ringtrue.testing.clock import START
from ringtrue.testing.documented import response_fields
from ringtrue.testing.office import FILES, POLICY, open_office, placed

_SEED = (Path(__file__).parents[1] / "data" / "get-call.seed.txt").read_text()
_FIELDS = [(one.name, one.kind, one.is_nullable, one.says) for one in response_fields(_SEED)]


def _answers(tmp_path: Path, *paths: str, secret: str = "rt_right") -> list[httpx.Response]:
    store = SqliteStore.open(tmp_path / "ringtrue.db", SystemClock())
    office = store.run_now(open_office)
    store.run_now(lambda tx: keys.issue(tx, office.org.id, "test", "full", secret="rt_right", at=START))
    call = store.run_now(lambda tx: placed(tx, office))
    deps = ApiDeps(
        store=RequestStore(store), files=FILES, policy=POLICY, clock=SystemClock(),
        recordings=RecordingFiles(tmp_path / "recordings"), link_key=b"key", token_key=bytes(32),
        public_url="http://test", ring=lambda: None, is_ready=lambda: True, is_draining=lambda: False,
        project_schema={}, chats=chats(),
    )  # fmt: skip

    async def ask() -> list[httpx.Response]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(create_app(deps)), base_url="http://test") as http:
            headers = {"Authorization": secret, "X-Request-Id": "same"}
            return [await http.get(path.format(call=call.id), headers=headers) for path in paths]

    try:
        return asyncio.run(ask())
    finally:
        store.close()


def test_the_seed_has_eighteen_fields() -> None:
    """Nothing of the seed document is overlooked."""
    assert len(_FIELDS) == 18


def test_the_seed_fields_come_first_and_in_order(tmp_path: Path) -> None:
    """All are present in a call that has only been accepted."""
    (answer,) = _answers(tmp_path, "/calls/{call}")

    assert answer.status_code == 200
    assert list(answer.json())[:18] == [name for name, *_ in _FIELDS]


def test_the_described_call_is_the_seed(tmp_path: Path) -> None:
    """Every field has the seed's type, nullability and description in the OpenAPI document."""
    (answer,) = _answers(tmp_path, "/openapi.json")
    schema = answer.json()["components"]["schemas"]["CallShape"]

    for name, kind, is_nullable, text in _FIELDS:
        field = schema["properties"][name]
        types = {one.get("type", "any") for one in field.get("anyOf", [field])}
        assert (name in schema["required"], types, field["description"]) == (
            True,
            {kind} | ({"null"} if is_nullable else set()),
            text,
        )


@pytest.mark.parametrize("secret", ["", "rt_wrong", "Bearer rt_wrong"])
def test_no_call_without_a_valid_key(tmp_path: Path, secret: str) -> None:
    """A missing or wrong key is a 401 problem."""
    (answer,) = _answers(tmp_path, "/calls/{call}", secret=secret)

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
