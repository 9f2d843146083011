"""Project files as the use cases need them, and the agent of a call: the doors of this room."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from importlib.resources import files

from ringtrue.agents.scripted import load as loading
from ringtrue.agents.scripted.agent import OfferKeys, ScriptAgent
from ringtrue.agents.scripted.model import LoadedProject
from ringtrue.agents.scripted.variables import check_variables
from ringtrue.calls.project_file import ProjectTerms
from ringtrue.errors import InvalidInput

# Versions never change, so a loaded file is good for ever; as many as a worker may have in use at once.
_KEPT = 64


class YamlProjectFiles:
    """Reads project files for the use cases of calls and projects."""

    def read(self, yaml: str) -> ProjectTerms:
        """The terms of a valid file. Raises ProjectInvalid with every mistake."""
        project = loaded(yaml)
        return ProjectTerms(
            name=project.name,
            language=project.language,
            timezone=project.timezone,
            ring=project.limits.ring,
            total=project.limits.total,
            recording=project.recording,
            countries=project.countries,
            calling_hours=project.calling_hours,
            analysis_fields=tuple(project.fields),
        )

    def from_json(self, value: object) -> str:
        """The YAML text of a project given as JSON. Raises ProjectInvalid."""
        return loading.to_yaml(value)

    def same(self, one: str, other: str) -> bool:
        """Whether two files have the same content, however they are written."""
        return one == other or loading.canonical(one) == loading.canonical(other)

    def check_variables(self, yaml: str, json_data: Mapping[str, object]) -> None:
        """Raises InvalidInput when a call's data does not fit the project's variables."""
        check_variables(loaded(yaml), json_data)


@lru_cache(maxsize=_KEPT)
def loaded(yaml: str) -> LoadedProject:
    """The project of a file, kept by its content. Raises ProjectInvalid."""
    return loading.load(yaml)


def agent_for(
    project_yaml: str, variables_json: str, timezone: str | None, at: datetime, *, offer_keys: OfferKeys = "always"
) -> ScriptAgent:
    """The agent of one call. `at` is aware: the day of the conversation. Raises ProjectInvalid or InvalidInput."""
    try:
        data = json.loads(variables_json)
    except ValueError as exc:
        raise InvalidInput("The call's data is not JSON.", field=("json_data",), code="json_invalid") from exc
    if not isinstance(data, dict):
        raise InvalidInput("The call's data is not a JSON object.", field=("json_data",), code="json_invalid")
    return ScriptAgent(loaded(project_yaml), data, timezone=timezone, now=at, offer_keys=offer_keys)


def example(name: str = "appointment") -> str:
    """The YAML text of a shipped example."""
    return (files("ringtrue.agents") / "examples" / f"{name}.yaml").read_text(encoding="utf-8")


def json_schema() -> str:
    """The JSON Schema (draft 2020-12) of a project file."""
    return (files("ringtrue.agents.scripted") / "project.schema.json").read_text(encoding="utf-8")
