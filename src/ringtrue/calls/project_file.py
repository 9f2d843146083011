"""The port to project files: what the calls must know of an agent's configuration without knowing agents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from ringtrue.domain.hours import CallingHours


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectTerms:
    """What a project's version lays down for its calls."""

    name: str
    language: str
    timezone: str
    ring: timedelta
    total: timedelta
    recording: str
    countries: Sequence[str] | None
    calling_hours: Sequence[CallingHours] | None
    analysis_fields: Sequence[str]


class ProjectFiles(Protocol):
    """Reads project files."""

    def read(self, yaml: str) -> ProjectTerms:
        """The terms of a valid file. Raises ProjectInvalid with every mistake."""
        ...

    def from_json(self, value: object) -> str:
        """The YAML text of a project given as JSON. Raises ProjectInvalid."""
        ...

    def same(self, one: str, other: str) -> bool:
        """Whether two files have the same content, however they are written."""
        ...

    def check_variables(self, yaml: str, json_data: Mapping[str, object]) -> None:
        """Raises InvalidInput when a call's data does not fit the project's variables."""
        ...
