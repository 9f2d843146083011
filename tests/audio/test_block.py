"""The audio block."""

from __future__ import annotations

from ringtrue.audio import block


def test_a_block_is_twenty_milliseconds() -> None:
    """160 samples at the rate of G.711."""
    assert (block.BLOCK_MS, block.TELEPHONE_RATE_HZ, block.BLOCK_SAMPLES) == (20, 8000, 160)
