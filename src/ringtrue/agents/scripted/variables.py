"""A call's data against the variables of its project."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from ringtrue.agents.scripted.model import LoadedProject, Variable
from ringtrue.agents.scripted.schema import territory
from ringtrue.agents.scripted.values import Unfit, Value, normal
from ringtrue.conversation.agent import Json
from ringtrue.errors import InvalidInput


def check_variables(project: LoadedProject, json_data: Mapping[str, object]) -> Mapping[str, Json]:
    """The call's data in normal form, defaults filled in; entries that the project does not declare are kept as they are.

    Raises InvalidInput that names every fault and repeats no value. An `example` is no default. A null is an absent value.
    """
    home = territory(project.language)
    faults = faults_of(project.variables, json_data, home)
    if faults:
        sentence = " ".join(message for _, message in faults)
        placed = [(("json_data", name), message) for name, message in faults]
        raise InvalidInput(sentence, field=placed[0][0], code="variables_invalid", faults=placed)
    checked: dict[str, Json] = {key: cast(Json, value) for key, value in json_data.items() if key not in project.variables}
    for variable in project.variables.values():
        raw = json_data.get(variable.name)
        if raw is not None:
            checked[variable.name] = normal(raw, variable.kind, of=variable.of, territory=home)
        else:
            checked[variable.name] = variable.default
    return checked


def faults_of(variables: Mapping[str, Variable], data: Mapping[str, object], home: str) -> list[tuple[str, str]]:
    """Every variable that the data lacks or that does not fit, each with a sentence."""
    faults = []
    for variable in variables.values():
        raw = data.get(variable.name)
        if raw is None:
            if not variable.has_default:
                faults.append((variable.name, f"The variable {variable.name!r} is missing and has no default."))
            continue
        try:
            normal(raw, variable.kind, of=variable.of, territory=home)
        except Unfit as unfit:
            faults.append((variable.name, f"The variable {variable.name!r} must be {unfit.wanted}."))
    return faults


def values_of(project: LoadedProject, checked: Mapping[str, Json]) -> dict[str, Value]:
    """The declared variables as values; what a prompt can see of a call's data."""
    return {
        variable.name: Value(kind=variable.kind, data=checked.get(variable.name), of=variable.of, sensitive=variable.sensitive)
        for variable in project.variables.values()
    }
