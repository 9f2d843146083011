"""How a script ends: the outcome, and the fields of the analysis with their evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ringtrue.agents.scripted import render
from ringtrue.agents.scripted.model import AnalysisField, End, LoadedProject
from ringtrue.agents.scripted.spoken import Speaker
from ringtrue.agents.scripted.state import Standing
from ringtrue.agents.scripted.template import Template
from ringtrue.agents.scripted.values import Value, decimal_of, masked
from ringtrue.conversation.agent import Act, Fill, HangUp, Json, Outcome


class Ending:
    """Outcomes of one call. An affirmed value fills the field that bears its name, where the end says nothing else."""

    def __init__(self, project: LoadedProject, variables: Mapping[str, Value], speaker: Speaker) -> None:
        self._project = project
        self._variables = dict(variables)
        self._speaker = speaker

    def filled(self, name: str, value: Value) -> Sequence[Act]:
        """What an affirmed value fills at once."""
        field = self._project.fields.get(name)
        data = None if field is None else self._fit(field, masked(value).data)
        return [] if data is None else [Fill(field=name, value=data, evidence=value.heard)]

    def end(self, standing: Standing, end: End) -> tuple[list[Act], Standing]:
        """The acts of an end step."""
        after = replace(standing, phase="done", pending=None)
        outcome = self.outcome(after)
        fills: list[Act] = [
            Fill(field=name, value=outcome.fields[name], evidence=self._evidence(after, value))
            for name, value in end.fields.items()
            if outcome.fields.get(name) is not None and not self._is_filled(after, name, outcome.fields[name])
        ]
        return [*fills, HangUp(outcome=outcome)], after

    def _is_filled(self, standing: Standing, name: str, data: Json) -> bool:
        saved = standing.saved.get(name)
        return saved is not None and self._fit(self._project.fields[name], masked(saved).data) == data

    def outcome(self, standing: Standing) -> Outcome:
        """What can be claimed: affirmed values, and an end's own fields once it was reached."""
        step = self._project.script.steps[standing.step]
        end = step.end if standing.phase == "done" else None
        fields: dict[str, Json] = dict.fromkeys(self._project.fields)
        for name, field in self._project.fields.items():
            if end is not None and name in end.fields:
                fields[name] = self._fit(field, self._given(end.fields[name], standing))
            elif name in standing.saved:
                fields[name] = self._fit(field, masked(standing.saved[name]).data)
        return Outcome(
            step=standing.step,
            successful=end is not None and end.successful and standing.disclosure_heard is not False,
            fields=fields,
            opt_out=standing.opt_out,
        )

    def _given(self, value: Json | Template, standing: Standing) -> Json:
        if not isinstance(value, Template):
            return value
        return render.field_value(value, self._variables | dict(standing.saved), self._speaker)

    def _fit(self, field: AnalysisField, data: Json) -> Json:
        """The data as the field's type; null where it is not of it, for a value is never guessed."""
        if data is None:
            return None
        match field.kind:
            case "number":
                number = decimal_of(data)
                return None if number is None else int(number) if number == int(number) else float(number)
            case "boolean":
                return {"yes": True, "no": False, "true": True, "false": False}.get(str(data).lower())
            case "enum":
                return str(data) if str(data) in field.choices else None
            case "string":
                return self._text(data)

    def _text(self, data: Json) -> str:
        if isinstance(data, Mapping):
            return self._speaker.span(Value(kind="money", data=data)).written
        if isinstance(data, Sequence) and not isinstance(data, str):
            return ", ".join(self._text(entry) for entry in data)
        return str(data)

    def _evidence(self, standing: Standing, value: Json | Template) -> str | None:
        names = [use.name for use in value.uses()] if isinstance(value, Template) else []
        heard = [standing.saved[name].heard for name in names if name in standing.saved]
        if names and not heard:
            return None
        return heard[0] if heard else standing.evidence
