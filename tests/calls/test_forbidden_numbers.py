"""The corpus of what is never rung: each line is refused, for a reason that fits its kind, whatever comes before and after."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ringtrue.calls.store import Tx
from ringtrue.errors import InvalidInput, NotAllowed
from ringtrue.storage.database import SqliteStore
from ringtrue.testing.office import Office, placed

_FILE = Path(__file__).parents[1] / "data" / "forbidden_numbers.txt"
CORPUS = [line.partition(" ") for line in _FILE.read_text().splitlines()[1:]]
NUMBER = {"number_invalid"}
COSTLY = {"premium_rate_number", "shared_cost_number", "special_number"}
REASONS = {
    "emergency": {"emergency_number", *NUMBER},
    "short": {"short_number", "emergency_number"},
    "costly": COSTLY,
    "special": COSTLY,
    "international": {"international_network_number", *COSTLY, *NUMBER},
    "same_prefix": {"country_not_allowed"},
    "abroad": {"country_not_allowed"},
    "unassigned": {"number_unassigned"},
    "malformed": NUMBER,
    "homograph": NUMBER,
    "with_more": {"emergency_number", "premium_rate_number", *NUMBER},
    "address": {"internal_destination_not_allowed", "emergency_number", *NUMBER},
}


def test_the_corpus_is_large_and_of_every_kind() -> None:
    """300 numbers at least."""
    assert len({callee for _, _, callee in CORPUS}) >= 300
    assert {kind for kind, _, _ in CORPUS} == set(REASONS)


@pytest.mark.parametrize("kind", REASONS)
def test_nothing_of_the_corpus_is_accepted(store: SqliteStore, office: Office, kind: str) -> None:
    """By the reason of its kind; no row is left."""

    def reason(tx: Tx, callee: str) -> str:
        try:
            return f"accepted as {placed(tx, office, callee=callee).to_number}"
        except NotAllowed as exc:
            return exc.reason
        except InvalidInput as exc:
            return exc.detail_code

    callees = [json.loads(callee) for one, _, callee in CORPUS if one == kind]
    found = store.run_now(lambda tx: {callee: reason(tx, callee) for callee in callees})

    assert {callee: reason for callee, reason in found.items() if reason not in REASONS[kind]} == {}
