"""The results as JUnit XML, which build servers show: a suite for each persona, a case for each of its runs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ringtrue.testing.simulation.result import RunResult, Summary, Thresholds, summaries

_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
# What XML 1.0 has no way to write (section 2.2); a recogniser or an agent may have put it into a field.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(project: str, results: Sequence[RunResult], thresholds: Thresholds) -> bytes:
    """The document. A wrong run fails when there are more of them than are allowed, an open one when too few of its persona's
    are right: so that a file without failures is a simulation within its thresholds."""
    found = summaries(results)
    are_wrong_allowed = thresholds.allow_wrong(found)
    root = Element("testsuites", name=f"ringtrue simulate {project}")
    for summary in found:
        own = [one for one in results if one.run.caller.name == summary.name]
        failing = [one for one in own if _fails(one, summary, thresholds, are_wrong_allowed=are_wrong_allowed)]
        counts = {"tests": str(len(own)), "failures": str(len(failing))}
        suite = SubElement(root, "testsuite", {"name": summary.name, **counts, "time": _seconds(own)})
        for one in own:
            _add_case(suite, project, one, is_failure=one in failing)
    for count in ("tests", "failures"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    root.set("time", _seconds(results))
    indent(root)
    return f"{_HEAD}{tostring(root, encoding='unicode')}\n".encode()


def _fails(one: RunResult, summary: Summary, thresholds: Thresholds, *, are_wrong_allowed: bool) -> bool:
    match one.verdict:
        case "right":
            return False
        case "wrong":
            return not are_wrong_allowed or not thresholds.allow_open(summary)
        case "open":
            return not thresholds.allow_open(summary)


def _add_case(suite: Element, project: str, one: RunResult, *, is_failure: bool) -> None:
    name = f"seed {one.run.seed}"
    case = SubElement(suite, "testcase", classname=f"{project}.{one.run.caller.name}", name=name, time=_seconds([one]))
    if is_failure:
        SubElement(case, "failure", type=one.verdict, message=_writable(one.judgement.why))
    stated = ", ".join(f"{name}: {value}" for name, value in one.fields.items())
    lines = [f"{one.verdict}. {one.judgement.why}".strip(), f"Call {one.call_id} ended with {one.reason}.", stated]
    SubElement(case, "system-out").text = _writable("\n".join(line for line in lines if line))


def _seconds(results: Sequence[RunResult]) -> str:
    """How long the calls lasted, from the answer to the end."""
    return f"{sum(one.duration_ms or 0 for one in results) / 1000:.3f}"


def _writable(text: str) -> str:
    return _UNWRITABLE.sub("?", text)
