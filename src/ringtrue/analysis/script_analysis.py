"""The analysis of a script call: the script's own outcome, with the evidence of each field. Nothing is guessed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from ringtrue.domain.call import Call

ANALYZER = "script"


def analyse(call: Call, outcome_json: str | None, fields: Sequence[str]) -> str:
    """The `call_analysis` document as JSON text.

    A field that was not said, or not affirmed where it is read back, is null. A call whose worker died before the script
    told its outcome has every field null and was not successful.
    """
    document: Mapping[str, object] = json.loads(outcome_json) if outcome_json else {}
    outcome = document.get("outcome")
    outcome = outcome if isinstance(outcome, dict) else {}
    evidence = document.get("evidence")
    evidence = evidence if isinstance(evidence, dict) else {}
    said = outcome.get("fields") or {}
    values = {name: said.get(name) for name in fields}
    proof = {
        name: found.get("evidence") if values[name] is not None and isinstance(found := evidence.get(name), dict) else None
        for name in fields
    }
    return json.dumps(
        {
            "call_summary": _summary(call, outcome.get("step"), values),
            "user_sentiment": "Unknown",
            "call_successful": bool(outcome.get("successful", False)),
            "in_voicemail": document.get("in_voicemail"),
            "custom_analysis_data": values,
            "status": "complete",
            "analyzer": ANALYZER,
            "evidence": proof,
        },
        ensure_ascii=False,
    )


def _summary(call: Call, step: object, values: Mapping[str, object]) -> str:
    reason = call.disposition.value if call.disposition else "unknown"
    if not isinstance(step, str):
        return f"The call ended ({reason}); what the script made of it is not known."
    known = ", ".join(f"{name}: {value}" for name, value in values.items() if value is not None)
    return f"The call ended at the step {step!r} ({reason})." + (f" {known}." if known else "")
