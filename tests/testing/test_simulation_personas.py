"""Simulated callers: which personas are shipped, and how their files are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from ringtrue.agents.files import example, loaded
from ringtrue.testing.simulation.judging import Expectation, judge
from ringtrue.testing.simulation.persona_files import read_folder, shipped

from .simulated import record

FIELDS = loaded(example("appointment")).fields


def test_shipped_personas_fit_their_example() -> None:
    """Each can be read, and expects what the project can state."""
    folder = shipped("appointment")
    assert folder is not None

    callers, misread = read_folder(folder, FIELDS)

    assert misread == []
    assert len(callers) == len(list(folder.glob("*.yaml"))) > 0
    assert all(one.expected != Expectation() for one in callers)


def test_nothing_is_shipped_for_other_projects() -> None:
    """Their authors write some."""
    assert shipped("delivery") is None


def test_a_persona_that_speaks_is_left_to_the_callee(tmp_path: Path) -> None:
    """It gets the file; what it takes to play it is known before anything starts."""
    spoken = """
name: polite
voices: [{engine: piper}]
answers: [{to: "Will you come", say: ["Yes."]}]
expect: {fields: {outcome: kept, new_time: null}, successful: true, reasons: [agent_hangup], accept: [{outcome: callback}]}
"""
    (tmp_path / "spoken.yaml").write_text(spoken)

    (found,), misread = read_folder(tmp_path, FIELDS)

    assert misread == []
    assert (found.name, found.plays, found.models) == ("polite", str(tmp_path / "spoken.yaml"), {"tiny.en", "en_US-joe-medium"})
    assert found.expected == Expectation(
        fields={"outcome": "kept", "new_time": None},
        successful=True,
        reasons=("agent_hangup",),
        accept=({"outcome": "callback"},),
    )


def test_of_a_persona_that_gives_nothing_nothing_may_be_stated(tmp_path: Path) -> None:
    """Every field of the project is expected to be null; without `expect` none is judged."""
    (tmp_path / "one.yaml").write_text("name: mute\nsilent: true\nexpect: {reasons: [inactivity]}\n")
    (tmp_path / "two.yaml").write_text("name: whoever\nsilent: true\n")

    (mute, whoever), _ = read_folder(tmp_path, FIELDS)

    assert judge(record({"outcome": "kept", "new_time": None}, reason="inactivity"), mute.expected).verdict == "wrong"
    assert judge(record({"outcome": None, "new_time": None}, reason="inactivity"), mute.expected).verdict == "right"
    assert whoever.expected == Expectation()


def test_mistakes_of_speaking_and_of_expecting_are_found_together(tmp_path: Path) -> None:
    """Each with its place."""
    (tmp_path / "spoken.yaml").write_text("name: polite\nsilemt: true\nexpect: {field: {outcome: kept}}\n")

    found, misread = read_folder(tmp_path, FIELDS)

    assert found == []
    assert [(one.fault.line, one.fault.message) for one in misread] == [
        (2, "There is no field 'silemt'."),
        (3, "There is no key 'field' here."),
    ]


@pytest.mark.parametrize("name", ["../up", "a b", "ÄNNE", "1/2"])
def test_a_name_is_that_of_a_folder_too(tmp_path: Path, name: str) -> None:
    """What is kept of a persona's calls lies under it."""
    (tmp_path / "one.yaml").write_text(f"name: '{name}'\npersona: silent\n")

    _, misread = read_folder(tmp_path, FIELDS)

    assert [one.fault.path for one in misread] == ["name"]
