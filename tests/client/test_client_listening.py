"""The client as a listener, against the whole application."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ringtrue.client import RingtrueClient, ServerRefused
from ringtrue.testing.office import ANNA

if TYPE_CHECKING:
    from conftest import Site


def test_a_listener_gets_what_happens(client: RingtrueClient, site: Site) -> None:
    """From when it began, in order, until it is done with it."""
    listener = client.listen(["call.queued", "call.ended"])
    call = client.place_call("+14155550123", "appointment", json_data=ANNA, background=True)["call"]["id"]
    client.cancel(call)

    queued, ended = client.next_events(listener["id"], [])
    assert client.next_events(listener["id"], [{"id": queued["id"], "status": 200}]) == [ended]
    assert client.next_events(listener["id"], [{"id": ended["id"], "status": None}]) == []

    bodies = [json.loads(one["body"]) for one in (queued, ended)]
    assert [body["type"] for body in bodies] == ["call.queued", "call.ended"]
    assert {body["data"]["call"]["id"] for body in bodies} == {call}
    assert bodies[1]["data"]["call"]["disconnection_reason"] == "cancelled"
    client.stop_listening(listener["id"])
    with pytest.raises(ServerRefused):
        client.next_events(listener["id"], [])
