"""A thread token opens one thread: nothing of another organization, and nothing of another thread of its own one."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ringtrue.api import thread_tokens
from ringtrue.testing.forged_tokens import HEADER, claims, encoded, forged

from .conftest import ANNA_JSON, TOKEN_KEY, Desk
from .cross_tenant import TO_GUESTS, Slot, asked, operations, slots, without_slots
from .cross_tenant_desk import Asking, Target, allowed, dump, shown, target_of

OF_THE_ORGANIZATION = {"project id", "project name"}
"""What a guest may name although it is none of its thread: the project whose agent is to answer."""


@pytest.fixture
def target(desk: Desk) -> Target:
    """An organization with something of everything."""
    return target_of(desk)


def guests(desk: Desk, target: Target) -> dict[str, tuple[str, Mapping[str, str]]]:
    """Tokens that are good for a thread that is not the target's, each with what is its guest's own."""
    body = {"json_data": ANNA_JSON, "project_name": "appointment"}
    neighbour = desk.ask("POST", "/threads", json=body).json()["thread_id"]
    called = {"callee": "+14155550123", "project_id": "appointment", "scheduled_for": "2027-03-05T10:00:00Z"}
    placed = desk.ask("POST", f"/voice/{neighbour}/phone-call", json=called)
    assert placed.status_code == 200, placed.text
    own = {**target.own, "call_id": placed.json()["id"], "thread_id": neighbour}
    made, ends = int(desk.clock.now().timestamp()), int(desk.clock.now().timestamp()) + 3600
    stranger = claims(org=desk.stranger.org.id, thread=target.own["thread_id"], made=made, ends=ends)
    return {
        "another thread": (desk.token(neighbour, include=["analysis", "recording"]), own),
        "another organization": (forged(HEADER, stranger, key=TOKEN_KEY), target.own),
    }


def tried(slot: Slot, who: str, kind: str) -> bool:
    """Whether the id is none that the guest may use there."""
    return who != "another thread" or slot.operation != ("POST", "/chat") or kind not in OF_THE_ORGANIZATION


def test_no_token_opens_another_thread(desk: Desk, target: Target) -> None:
    """Every operation, every place that takes an id, every kind of id: refused to guests, or as if it had never existed."""
    tokens = guests(desk, target)
    before, asking = dump(desk), Asking(desk)
    secrets = [real.encode() for real, _ in target.ids.values()]
    n_compared = 0
    for slot in slots(desk.app.openapi()):
        for who, (token, own) in tokens.items():
            for number, (kind, (real, never)) in enumerate(target.ids.items()):
                where = f"{slot.method} {slot.path} {slot.name}={kind} by {who}"
                if not tried(slot, who, kind) or (slot.operation not in TO_GUESTS and number % 4):
                    continue  # what is closed to guests is closed before any id is looked at
                there, not_there = asking.all([(asked(slot, real, own), token), (asked(slot, never, own), token)])
                assert shown(there) == shown(not_there), where
                assert not any(one in there.content for one in secrets), where
                if slot.operation not in TO_GUESTS:
                    assert (there.status_code, there.json()["code"]) == (403, "thread_token_not_enough"), where
                    continue
                n_compared += 1
                if there.status_code == 403:  # no guest places a phone call here, whatever it names
                    assert there.json()["code"] == "verification_unavailable", where
                else:
                    assert there.status_code in allowed(slot), where

    assert n_compared > 600
    assert asking.n_asked > 2_000
    assert dump(desk) == before


def test_what_takes_no_id_is_closed_to_guests(desk: Desk, target: Target) -> None:
    """Lists and whatever is made: the organization's, not the thread's."""
    tokens = guests(desk, target)
    before, asking = dump(desk), Asking(desk)
    closed = [slot for slot in without_slots(desk.app.openapi()) if slot.operation not in TO_GUESTS]
    for token, own in tokens.values():
        for answer in asking.all([(asked(slot, "", own), token) for slot in closed]):
            assert (answer.status_code, answer.json()["code"]) == (403, "thread_token_not_enough")

    assert len(closed) >= 5
    assert dump(desk) == before


def test_a_guest_finds_its_own_thread_all_the_same(desk: Desk, target: Target) -> None:
    """The ids that the matrix puts beside the one that is tried open something."""
    for token, own in guests(desk, target).values():
        thread = f"/threads/{own['thread_id']}"
        for path in (f"/calls/{own['call_id']}", thread, f"{thread}/messages"):
            assert desk.ask("GET", path, key=token).status_code == 200, path
        listed = desk.ask("GET", "/calls", key=token).json()["calls"]
        assert [call["id"] for call in listed] == [own["call_id"]]


def test_no_bad_token_gets_anywhere(desk: Desk, target: Target) -> None:
    """Expired, forged, or of a thread that is another organization's: one 401, whatever is asked for."""
    thread, _ = target.ids["thread"]
    now = int(desk.clock.now().timestamp())
    good = claims(org=desk.office.org.id, thread=thread, made=now, ends=now + 3600)
    assert thread_tokens.read(TOKEN_KEY, forged(HEADER, good, key=TOKEN_KEY), at=desk.clock.now()) is not None
    bad = {
        "expired": forged(HEADER, {**good, "iat": now - 7200, "exp": now - 1}, key=TOKEN_KEY),
        "another key": forged(HEADER, good, key=b"x" * 32),
        "alg none": f"{encoded({'alg': 'none', 'typ': 'JWT'})}.{encoded(good)}.",
        "wrong organization": forged(HEADER, {**good, "org": desk.stranger.org.id}, key=TOKEN_KEY),
        "no organization": forged(HEADER, {**good, "org": "org_0"}, key=TOKEN_KEY),
        "no thread": forged(HEADER, {**good, "sub": target.ids["thread"][1]}, key=TOKEN_KEY),
    }
    document = desk.app.openapi()
    before, asking = dump(desk), Asking(desk)
    seen, every = set(), [*slots(document), *without_slots(document)]
    for slot in every:
        for real, never in list(target.ids.values())[:: 3 if slot.operation in TO_GUESTS else 9]:
            asks = [(asked(slot, value, target.own), token) for value in (real, never) for token in bad.values()]
            seen |= {(answer.status_code, answer.content) for answer in asking.all(asks)}

    assert [status for status, _ in seen] == [401]
    assert {slot.operation for slot in every} >= TO_GUESTS <= set(operations(document))
    assert asking.n_asked > 2_000
    assert dump(desk) == before
