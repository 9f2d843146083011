"""What is to be done after a decision: live effects by the lease holder at once, queued ones as rows of the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ringtrue.domain.disposition import Disposition


@dataclass(frozen=True, kw_only=True, slots=True)
class Dial:
    """Ring, once, as the committed intent says."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EndLeg:
    """End the leg with what its stage needs: CANCEL while it rings, BYE once answered."""

    disposition: Disposition


class QueuedEffect(StrEnum):
    """Work that outlives the process; done at least once."""

    FINISH_RECORDING = "finish_recording"
    ANALYSE = "analyse"


Effect = Dial | EndLeg | QueuedEffect
