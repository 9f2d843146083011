"""Another sample rate, by soxr."""

from __future__ import annotations

import numpy as np
import soxr
from numpy.typing import NDArray


def resample(pcm: NDArray[np.int16], from_hz: int, to_hz: int) -> NDArray[np.int16]:
    """The same sound at another rate; as long as the ratio says, to the sample."""
    if from_hz == to_hz or len(pcm) == 0:
        return pcm
    wanted = round(len(pcm) * to_hz / from_hz)
    out: NDArray[np.int16] = soxr.resample(pcm, from_hz, to_hz)
    if len(out) < wanted:
        return np.pad(out, (0, wanted - len(out)))
    return out[:wanted]
