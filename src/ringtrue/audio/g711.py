"""G.711 mu-law and A-law by tables (ITU-T G.711); exact, and as fast as an array lookup."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Pcm = NDArray[np.int16]
Codec = Literal["PCMU", "PCMA"]

_BIAS = 0x84  # of mu-law on the 16-bit scale: 33 on the 14-bit scale of the recommendation
_CLIP = 8158  # on the 14-bit scale: with the bias it just fits the top segment


def _ulaw_decode(code: int) -> int:
    code = ~code & 0xFF
    magnitude = ((((code & 0x0F) << 3) + _BIAS) << ((code & 0x70) >> 4)) - _BIAS
    return -magnitude if code & 0x80 else magnitude


def _ulaw_encode(sample: int) -> int:
    narrow = sample >> 2  # the recommendation codes 14 bits
    sign = 0x80 if narrow < 0 else 0
    magnitude = min(abs(narrow), _CLIP) + (_BIAS >> 2)
    exponent = magnitude.bit_length() - 6
    return ~(sign | (exponent << 4) | ((magnitude >> (exponent + 1)) & 0x0F)) & 0xFF


def _alaw_decode(code: int) -> int:
    code ^= 0x55
    exponent, mantissa = (code & 0x70) >> 4, code & 0x0F
    magnitude = (mantissa << 4) + 8 if exponent == 0 else ((mantissa << 4) + 0x108) << (exponent - 1)
    return magnitude if code & 0x80 else -magnitude


def _alaw_encode(sample: int) -> int:
    sign = 0x80 if sample >= 0 else 0
    magnitude = sample >> 3 if sample >= 0 else (-sample - 1) >> 3
    if magnitude > 0xFFF:
        magnitude = 0xFFF
    exponent = max(0, magnitude.bit_length() - 5)
    mantissa = (magnitude >> 1 if exponent < 2 else magnitude >> exponent) & 0x0F
    return (sign | (exponent << 4) | mantissa) ^ 0x55


_RANGE = range(-32768, 32768)
_DECODE: dict[Codec, Pcm] = {
    "PCMU": np.array([_ulaw_decode(code) for code in range(256)], dtype=np.int16),
    "PCMA": np.array([_alaw_decode(code) for code in range(256)], dtype=np.int16),
}
_ENCODE: dict[Codec, NDArray[np.uint8]] = {
    "PCMU": np.array([_ulaw_encode(sample) for sample in _RANGE], dtype=np.uint8),
    "PCMA": np.array([_alaw_encode(sample) for sample in _RANGE], dtype=np.uint8),
}


def encode(pcm: Pcm, codec: Codec) -> bytes:
    """One byte per sample."""
    return _ENCODE[codec][pcm.astype(np.int32) + 32768].tobytes()


def decode(payload: bytes, codec: Codec) -> Pcm:
    """One sample per byte."""
    return _DECODE[codec].take(np.frombuffer(payload, dtype=np.uint8))


def silence(codec: Codec, samples: int) -> bytes:
    """The code of zero, repeated."""
    return encode(np.zeros(1, dtype=np.int16), codec) * samples
