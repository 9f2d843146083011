"""What a simulated callee does. A persona is written as `NAME` or `NAME=VALUE`, for example `keys=1,2,1` or `hangup=2.5`."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

Manner = Literal["keys", "silent", "hangup", "refuse", "never", "me"]

PATIENT_KEYS = ("1",) * 12  # says yes to everything
_STATUSES = {"busy": 486, "decline": 603}
_NAMES = "patient, keys=1,2,..., silent, hangup=SECONDS, busy, decline, status=NNN, never, me"


@dataclass(frozen=True, kw_only=True, slots=True)
class Persona:
    """How a callee behaves. Times are seconds; the seed varies them as people vary."""

    manner: Manner
    keys: tuple[str, ...] = ()
    seconds: float = 0.0
    status: int = 486
    answer_after: float = 1.0
    pause: float = 1.2  # the silence after which a prompt counts as over
    seed: int = 0

    def random(self) -> random.Random:
        """The randomness of this persona: the same for the same seed."""
        return random.Random(self.seed)  # noqa: S311 - how long a person hesitates is no secret


def parse_persona(text: str, *, answer_after: float = 1.0, pause: float = 1.2, seed: int = 0) -> Persona:
    """The persona of that name. Raises ValueError with the names there are."""
    name, _, value = text.partition("=")
    try:
        match name:
            case "patient":
                return Persona(manner="keys", keys=PATIENT_KEYS, answer_after=answer_after, pause=pause, seed=seed)
            case "keys":
                return Persona(manner="keys", keys=_keys(value), answer_after=answer_after, pause=pause, seed=seed)
            case "hangup":
                return Persona(manner="hangup", seconds=float(value), answer_after=answer_after, pause=pause, seed=seed)
            case "busy" | "decline":
                return Persona(manner="refuse", status=_STATUSES[name], answer_after=answer_after, seed=seed)
            case "status":
                return Persona(manner="refuse", status=_status(value), answer_after=answer_after, seed=seed)
            case "silent" | "never" | "me":
                return Persona(manner=name, answer_after=answer_after, pause=pause, seed=seed)
            case _:
                raise ValueError(name)
    except ValueError as exc:
        raise ValueError(f"There is no persona {text!r}; use one of {_NAMES}.") from exc


def _keys(text: str) -> tuple[str, ...]:
    """Keys by prompt: `1,2,123#` presses 1 after the first prompt, 2 after the second, 1 2 3 # after the third."""
    groups = tuple(group.strip() for group in text.split(",") if group.strip())
    if not all(set(group) <= set("0123456789*#ABCD") for group in groups):
        raise ValueError(text)
    return groups


def _status(text: str) -> int:
    status = int(text)
    if not 300 <= status <= 699:
        raise ValueError(text)
    return status
