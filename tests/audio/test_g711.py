"""G.711 against the formulas of the recommendation, which the code under test does not use."""

from __future__ import annotations

import numpy as np
import pytest

from ringtrue.audio import g711
from ringtrue.audio.g711 import Codec

ALL_CODES = bytes(range(256))
ALL_SAMPLES = np.arange(-32768, 32768).astype(np.int16)


def ulaw_level(code: int) -> int:
    """Table 2a of G.711: the quantized value of a character signal, on the 16-bit scale."""
    bits = code ^ 0xFF
    segment, step = (bits >> 4) & 7, bits & 15
    level = 4 * ((2 * step + 33) * 2**segment - 33)
    return -level if bits & 0x80 else level


def alaw_level(code: int) -> int:
    """Table 1a of G.711: the quantized value after the even bits were inverted, on the 16-bit scale."""
    bits = code ^ 0x55
    segment, step = (bits >> 4) & 7, bits & 15
    level = 8 * (2 * step + 1) if segment == 0 else 8 * (2 * step + 33) * 2 ** (segment - 1)
    return level if bits & 0x80 else -level


@pytest.mark.parametrize(("codec", "level"), [("PCMU", ulaw_level), ("PCMA", alaw_level)])
def test_every_code_decodes_to_the_level_of_the_recommendation(codec: Codec, level: object) -> None:
    """All 256 codes of both laws."""
    assert callable(level)

    assert g711.decode(ALL_CODES, codec).tolist() == [level(code) for code in range(256)]


@pytest.mark.parametrize(
    ("codec", "code", "sample"),
    [
        ("PCMU", 0x00, -32124),
        ("PCMU", 0x80, 32124),
        ("PCMU", 0xFF, 0),
        ("PCMU", 0xFE, 8),
        ("PCMA", 0x2A, -32256),
        ("PCMA", 0xAA, 32256),
        ("PCMA", 0xD5, 8),
        ("PCMA", 0x55, -8),
    ],
)
def test_well_known_codes(codec: Codec, code: int, sample: int) -> None:
    """The ends of the scale and the codes around zero."""
    assert g711.decode(bytes([code]), codec).tolist() == [sample]
    assert g711.encode(np.array([sample], dtype=np.int16), codec) == bytes([code])


@pytest.mark.parametrize("codec", ["PCMU", "PCMA"])
def test_every_code_survives_the_way_through_samples(codec: Codec) -> None:
    """Decoded and encoded again every code is itself; mu-law's negative zero becomes zero."""
    again = g711.encode(g711.decode(ALL_CODES, codec), codec)

    changed = {code: new for code, new in enumerate(again) if new != code}
    assert changed == ({0x7F: 0xFF} if codec == "PCMU" else {})


@pytest.mark.parametrize(
    ("codec", "inverted", "steps", "overload"),
    [("PCMU", 0xFF, [8 << segment for segment in range(8)], 32635), ("PCMA", 0x55, [16, *(16 << n for n in range(7))], 32767)],
)
def test_every_sample_falls_into_its_interval(codec: Codec, inverted: int, steps: list[int], overload: int) -> None:
    """The level lies in the middle of its interval, so no sample is off by more than half its segment's step.

    A few units more where 16 bits are cut to the 14 or 13 of the recommendation.
    """
    samples = ALL_SAMPLES[np.abs(ALL_SAMPLES.astype(np.int32)) <= overload]

    codes = g711.encode(samples, codec)

    error = np.abs(g711.decode(codes, codec).astype(np.int32) - samples.astype(np.int32))
    segment = ((np.frombuffer(codes, dtype=np.uint8) ^ inverted) >> 4) & 7
    assert int((error - np.array(steps)[segment] // 2).max()) <= 4


@pytest.mark.parametrize("codec", ["PCMU", "PCMA"])
def test_louder_stays_louder(codec: Codec) -> None:
    """Levels never fall while samples rise."""
    decoded = g711.decode(g711.encode(ALL_SAMPLES, codec), codec).astype(np.int32)

    assert int(np.diff(decoded).min()) >= 0


@pytest.mark.parametrize(("codec", "code"), [("PCMU", b"\xff"), ("PCMA", b"\xd5")])
def test_silence_is_the_code_of_zero(codec: Codec, code: bytes) -> None:
    """As many as asked for."""
    assert g711.silence(codec, 160) == code * 160


@pytest.mark.parametrize("codec", ["PCMU", "PCMA"])
def test_nothing_becomes_nothing(codec: Codec) -> None:
    """An empty payload has no samples, no samples make an empty payload."""
    assert g711.encode(np.zeros(0, dtype=np.int16), codec) == b""
    assert len(g711.decode(b"", codec)) == 0
