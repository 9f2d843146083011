"""Nothing of another organization can be reached, changed or told from what never existed, by any operation and any id."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from .conftest import KEYS, Desk
from .cross_tenant import (
    ADMIN_ONLY,
    MADE_BY_NAME,
    OPEN,
    READS_BY_POST,
    TAKEN,
    TO_GUESTS,
    Ask,
    Slot,
    asked,
    operations,
    slots,
    without_slots,
)
from .cross_tenant_desk import STRANGERS, SUPPRESSED, SUPPRESSED_PARTY, Asking, Target, allowed, dump, shown, target_of

NOBODY = {"none": None, "revoked": KEYS["revoked"], "made up": "rt_0", "bearer of nothing": "Bearer rt_0"}


@pytest.fixture
def target(desk: Desk) -> Target:
    """An organization with something of everything."""
    return target_of(desk)


def in_order(among: Iterable[Slot]) -> list[Slot]:
    """What makes something of the asker's own under a name comes last, as it is found from then on."""
    return sorted(
        among, key=lambda one: (one.operation in MADE_BY_NAME and one.place == "path", one.path.startswith("/projects"))
    )


def is_write(slot: Slot) -> bool:
    """Whether a key that may only read is refused."""
    return slot.method != "GET" and slot.operation not in READS_BY_POST


def test_the_matrix_knows_every_operation(desk: Desk) -> None:
    """A new one takes its place by itself, or this fails."""
    document = desk.app.openapi()

    known = {slot.operation for slot in slots(document)} | {slot.operation for slot in without_slots(document)} | OPEN

    assert known == set(operations(document))
    assert {path for _, path in operations(document)} >= ADMIN_ONLY
    assert set(operations(document)) >= MADE_BY_NAME | READS_BY_POST | OPEN | TO_GUESTS | set(TAKEN)


def test_no_id_of_another_organization_opens_anything(desk: Desk, target: Target) -> None:
    """Every operation, every place that takes an id, every kind of id, every stranger's key: as if it had never existed."""
    before, asking = dump(desk), Asking(desk)
    secrets = [real.encode() for real, _ in target.ids.values()]
    for slot in in_order(slots(desk.app.openapi())):
        best = "admin" if slot.path in ADMIN_ONLY else "full"
        for number, (kind, (real, never)) in enumerate(target.ids.items()):
            for scope, key in STRANGERS.items():
                if scope != best and number % 4:
                    continue  # a key that may do less sees less of each id alike
                where = f"{slot.method} {slot.path} {slot.name}={kind} by {scope}"
                (there,) = asking.all([(asked(slot, real, target.own), key)])
                if slot.operation in TAKEN and slot.place == "path" and kind == "number" and scope != "read":
                    assert (there.status_code, there.json()["code"]) == TAKEN[slot.operation], where
                    continue
                (not_there,) = asking.all([(asked(slot, never, target.own), key)])
                is_named = slot.operation in MADE_BY_NAME and slot.name in ("name", "number") and there.is_success
                assert shown(there, *[real] * is_named) == shown(not_there, *[never] * is_named), where
                if slot.path in ADMIN_ONLY and scope != "admin":
                    assert (there.status_code, there.json()["code"]) == (403, "key_not_admin"), where
                elif is_write(slot) and scope == "read":
                    assert (there.status_code, there.json()["code"]) == (403, "key_reads_only"), where
                elif not is_named:
                    assert there.status_code in allowed(slot), where
                    assert not any(one in there.content for one in secrets), where

    assert asking.n_asked > 3_000
    assert dump(desk) == before


def test_nobody_gets_anywhere(desk: Desk, target: Target) -> None:
    """Without a key that is valid: one 401, whatever is asked for."""
    before, asking = dump(desk), Asking(desk)
    seen = set()
    for slot in slots(desk.app.openapi()):
        values = [one for pair in target.ids.values() for one in pair]
        for key in NOBODY.values():
            answers = asking.all([(asked(slot, value, target.own), key) for value in values[:: 1 if key is None else 5]])
            seen |= {(answer.status_code, answer.content) for answer in answers}
    for slot in without_slots(desk.app.openapi()):
        answers = asking.all([(asked(slot, "", target.own), key) for key in NOBODY.values()])
        seen |= {(answer.status_code, answer.content) for answer in answers}

    assert [status for status, _ in seen] == [401]
    assert asking.n_asked > 3_000
    assert dump(desk) == before


def test_a_key_that_reads_writes_nothing_of_its_own_organization(desk: Desk, target: Target) -> None:
    """403 on every write, for every id that is there."""
    desk.ask("GET", "/projects", key=KEYS["read"])  # its last use is noted once a minute
    before, asking = dump(desk), Asking(desk)
    document = desk.app.openapi()
    writes = [slot for slot in (*slots(document), *without_slots(document)) if is_write(slot)]
    for slot in writes:
        for answer in asking.all([(asked(slot, real, target.own), KEYS["read"]) for real, _ in target.ids.values()]):
            code = "key_not_admin" if slot.path in ADMIN_ONLY else "key_reads_only"
            assert (answer.status_code, answer.json()["code"]) == (403, code), (slot.method, slot.path)

    assert {slot.operation for slot in writes} == {
        one for one in operations(document) if one[0] != "GET" and one not in READS_BY_POST
    }
    assert dump(desk) == before


def test_a_strangers_lists_are_its_own(desk: Desk, target: Target) -> None:
    """Operations that take no id: nothing of the target is in what they tell."""
    before, asking = dump(desk), Asking(desk)
    secrets = [real.encode() for real, _ in target.ids.values()]
    told = [slot for slot in without_slots(desk.app.openapi()) if slot.method == "GET"]
    lists = [slot for slot in slots(desk.app.openapi()) if slot.place == "query" and "{" not in slot.path]

    answers = asking.all([(Ask(method="GET", url=slot.path), STRANGERS["admin"]) for slot in (*told, *lists)])

    assert len(answers) >= 5
    for answer in answers:
        assert answer.status_code == 200
        assert not any(one in answer.content for one in secrets)
    assert dump(desk) == before


def test_what_is_its_own_is_there_all_the_same(desk: Desk, target: Target) -> None:
    """The target itself finds everything: the matrix tries ids that open something."""
    ids = {kind: real for kind, (real, _) in target.ids.items()}
    found = [
        f"/calls/{ids['call ended 4']}",
        f"/calls/{ids['call ended 4']}/turns",
        f"/threads/{ids['thread']}",
        f"/projects/{ids['project id']}",
        f"/projects/{ids['project name']}/versions",
        f"/suppressions/{SUPPRESSED}",
        f"/suppressions/{SUPPRESSED_PARTY}",
        f"/threads/{ids['thread']}/messages?cursor={ids['cursor /messages?limit=1']}",
        f"/calls?limit=1&cursor={ids['cursor /calls?limit=1']}",
        f"/calls?status=queued&cursor={ids['cursor /calls?limit=1&status=queued']}",
    ]

    assert [desk.ask("GET", path, key="rt_admin").status_code for path in found] == [200] * len(found)
    done = [{"id": ids["delivery"], "status": 200}]
    for number in (0, 1):  # the delivery is there until the listener is done with it
        handed = desk.ask("POST", f"/listeners/{ids['listener']}/next", json={"done": done * number}).json()["deliveries"]
        assert (ids["delivery"] in [one["id"] for one in handed]) == (number == 0)
    assert desk.ask("PATCH", f"/webhooks/{ids['webhook']}", json={"enabled": False}).status_code == 200
    assert desk.ask("DELETE", f"/api-keys/{ids['API key']}", key="rt_admin").status_code in (204, 409)
