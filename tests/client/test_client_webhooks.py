"""Both clients against the server's webhooks and listeners."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ringtrue.client import InvalidRequest, NotFound
from ringtrue.testing.office import ANNA

if TYPE_CHECKING:
    from conftest import Runner


def test_a_listener_gets_what_happens(run_here: Runner) -> None:
    """From when it began, in order, until it is done with it."""
    listener = run_here(lambda api: api.listeners.create(["call.queued", "call.ended"]))
    call_id = run_here(lambda api: api.calls.create("+14155550123", "appointment", json_data=ANNA, background=True)).call.id
    run_here(lambda api: api.calls.cancel(call_id))

    queued, ended = run_here(lambda api: api.listeners.next_events(listener.id))
    assert run_here(lambda api: api.listeners.next_events(listener.id, [{"id": queued.id, "status": 200}])) == [ended]
    assert run_here(lambda api: api.listeners.next_events(listener.id, [{"id": ended.id, "status": None}])) == []

    bodies = [json.loads(one.body) for one in (queued, ended)]
    assert [body["type"] for body in bodies] == ["call.queued", "call.ended"]
    assert {body["data"]["call"]["id"] for body in bodies} == {call_id}
    assert bodies[1]["data"]["call"]["disconnection_reason"] == "cancelled"
    run_here(lambda api: api.listeners.delete(listener.id))
    with pytest.raises(NotFound):
        run_here(lambda api: api.listeners.next_events(listener.id))


def test_a_webhook_is_made_changed_and_deleted(run_here: Runner) -> None:
    """Its secret is shown once."""
    made = run_here(lambda api: api.webhooks.create("https://example.com/hook", ["call.ended"]))
    everything = run_here(lambda api: api.webhooks.create("https://example.com/all"))

    changed = run_here(lambda api: api.webhooks.update(made.id, enabled=False))

    assert made.secret.startswith("whsec_")
    assert (changed.url, changed.events, changed.enabled) == ("https://example.com/hook", ["call.ended"], False)
    assert {"call.scheduled", "call.ended", "call.analyzed"} <= set(everything.events)
    listed = run_here(lambda api: api.webhooks.list())
    assert {one.id for one in listed} == {made.id, everything.id}  # made in one instant: in no order that is known
    assert not any("secret" in one.to_dict() for one in listed)
    run_here(lambda api: api.webhooks.delete(made.id))
    assert [one.id for one in run_here(lambda api: api.webhooks.list())] == [everything.id]


def test_an_address_that_is_none_is_refused(run_here: Runner) -> None:
    """With its field."""
    with pytest.raises(InvalidRequest) as caught:
        run_here(lambda api: api.webhooks.create("ftp://example.com"))

    assert ("url",) in [fault.loc for fault in caught.value.errors]
