"""A checker of answers that finds what is wrong with one."""

from __future__ import annotations

from typing import Any

import pytest

from ringtrue.testing.documented import Shape, misfits

SHAPES: dict[str, Shape] = {"Part": {"size": "integer | null"}}
SHAPE: Shape = {"id": "string", "cost": "number", "parts": ["Part"], "more": "any | null"}
GOOD: dict[str, Any] = {"id": "a", "cost": 0.5, "parts": [{"size": 1}, {"size": None}], "more": [1], "new": True}


def test_an_answer_of_the_shape_has_no_misfits() -> None:
    """More fields are welcome."""
    assert list(misfits(GOOD, SHAPE, SHAPES)) == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"id": None}, "$.id is NoneType and no string"),
        ({"id": True}, "$.id is bool and no string"),
        ({"cost": "0"}, "$.cost is str and no number"),
        ({"parts": {}}, "$.parts is no list"),
        ({"parts": [{"size": 1}, {"size": 1.5}]}, "$.parts[1].size is float and no integer | null"),
        ({"parts": [{}]}, "$.parts[0].size is missing"),
        ({"parts": [1]}, "$.parts[0] is no object"),
    ],
)
def test_a_misfit_is_named(change: dict[str, Any], found: str) -> None:
    """With its place."""
    assert list(misfits({**GOOD, **change}, SHAPE, SHAPES)) == [found]
