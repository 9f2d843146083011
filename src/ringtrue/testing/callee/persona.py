"""What a simulated callee does. A persona is written as `NAME` or `NAME=VALUE`, for example `keys=1,2,1` or `hangup=2.5`.

One that speaks is a YAML file: your own, or a shipped one by its name, such as `appointment/cooperative`.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal

from ringtrue.errors import SetupError
from ringtrue.testing.callee import persona_file
from ringtrue.testing.callee.persona_file import PersonaInvalid
from ringtrue.testing.callee.traits import Traits

__all__ = ["Manner", "Persona", "PersonaInvalid", "load_persona", "parse_persona", "persona_of", "shipped_personas"]

Manner = Literal["keys", "silent", "hangup", "refuse", "never", "me", "speaks"]

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
    name: str = ""
    traits: Traits | None = None  # of one that speaks
    expect: Mapping[str, object] | None = None  # what its file says should come of the call; nothing here reads it

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


def load_persona(path: Path, *, answer_after: float = 1.0, seed: int = 0) -> Persona:
    """The persona of a YAML file. Raises PersonaInvalid with every mistake, or SetupError when there is no such file."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise SetupError(f"The persona {str(path)!r} cannot be read: {type(exc).__name__}.") from exc
    found = persona_file.read(text, name=path.name, folder=path.parent)
    name = found.name.removesuffix(path.suffix)
    return Persona(manner="speaks", name=name, traits=found.traits, expect=found.expect, answer_after=answer_after, seed=seed)


def shipped_personas() -> dict[str, Path]:
    """The personas that come with the program, by the name of their example and their own: `appointment/cooperative`."""
    folder = Path(str(files("ringtrue.testing") / "personas"))
    return {f"{path.parent.name}/{path.stem}": path for path in sorted(folder.glob("*/*.yaml"))}


def persona_of(text: str, *, answer_after: float = 1.0, pause: float = 1.2, seed: int = 0) -> Persona:
    """The persona of a file (`*.yaml`), of a shipped one's name, or of a short form; raises what these raise."""
    if text.endswith((".yaml", ".yml")):
        return load_persona(Path(text), answer_after=answer_after, seed=seed)
    if "/" in text:
        shipped = shipped_personas()
        if text not in shipped:
            raise SetupError(f"There is no persona {text!r}; shipped are {', '.join(shipped)}. A file of yours ends in .yaml.")
        return load_persona(shipped[text], answer_after=answer_after, seed=seed)
    return parse_persona(text, answer_after=answer_after, pause=pause, seed=seed)


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
