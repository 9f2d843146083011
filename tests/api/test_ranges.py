"""Which part of a file a Range header asks for."""

from __future__ import annotations

import pytest

from ringtrue.api import ranges


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("bytes=0-99", "bytes=0-99"),
        ("bytes=0-0", "bytes=0-0"),
        ("bytes=999-", "bytes=999-"),
        ("bytes=-1", "bytes=-1"),
        ("bytes=-5000", "bytes=-5000"),
        ("bytes=500-999999", "bytes=500-999999"),
        ("BYTES= 0-1 , 5-6", "bytes=0-1,5-6"),
        ("bytes=0-1,2000-3000", "bytes=0-1"),
        ("bytes=5000-,-1", "bytes=-1"),
    ],
)
def test_the_parts_that_are_there_are_given(header: str, wanted: str) -> None:
    """One part beyond the end does not spoil the others."""
    assert ranges.plain(header, 1000) == wanted


@pytest.mark.parametrize(
    "header",
    [
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=5-3",
        "bytes=0-1,5-3",
        "bytes=0-1,",
        "bytes=1",
        "bytes=--1",
        "bytes=1_0-20",
        "bytes=٠-٩",
        "bytes=" + "9" * 5000 + "-",
        "bytes=" + ",".join(["0-1"] * 11),
        "seconds=0-1",
        "0-1",
    ],
)
def test_what_is_no_range_is_ignored(header: str) -> None:
    """RFC 9110, section 14.2: then the whole is given."""
    assert ranges.plain(header, 1000) is None


@pytest.mark.parametrize(("header", "size"), [("bytes=1000-", 1000), ("bytes=-0", 1000), ("bytes=0-", 0), ("bytes=-5", 0)])
def test_a_part_beyond_the_end_cannot_be_given(header: str, size: int) -> None:
    """Nor any part of an empty file."""
    with pytest.raises(ranges.Unsatisfiable):
        ranges.plain(header, size)
