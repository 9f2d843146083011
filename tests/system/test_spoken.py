"""Whole calls by voice, over real SIP and RTP: simulated callers that hear the agent and are heard by it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ringtrue.cli.replaying import replayed
from ringtrue.testing.voices import Voice, say

from .voices import write_wav

pytestmark = pytest.mark.realtime

ROOT = Path(__file__).parents[2]
MODELS = ROOT / ".cache" / "models"
EXAMPLE = ROOT / "src" / "ringtrue" / "agents" / "examples" / "appointment.yaml"
OVERLAPS = ROOT / "bench" / "overlaps"
SLT = Voice(engine="flite", name="slt")


@pytest.fixture(autouse=True)
def with_voices() -> None:
    """Skip where there is no voice of a caller; with CI=true that is a failure."""
    if shutil.which("flite") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("flite is missing: sudo apt install flite")
        pytest.skip("flite is not installed")


def simulate(project: Path, keep: Path, *options: str) -> list[dict[str, Any]]:
    """The runs of a simulation with the small recogniser, whatever came of them."""
    command = [
        sys.executable,
        "-m",
        "ringtrue",
        "simulate",
        str(project),
        "--json",
        "--stt-model",
        "tiny.en",
        "--keep",
        str(keep),
    ]
    command += ["--models", str(MODELS), "--runs", "1", "--parallel", "2", "--min-right", "0", "--max-wrong", "1000", *options]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=400, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    runs: list[dict[str, Any]] = json.loads(done.stdout)["runs"]
    return runs


def kept(keep: Path, run: dict[str, Any], name: str) -> Any:
    """A document that was kept of the run."""
    return json.loads((keep / run["persona"] / f"seed-{run['seed']}" / f"{name}.json").read_text())


@pytest.mark.scenario("spoken-personas")
def test_personas_of_the_example_reach_what_they_mean(tmp_path: Path) -> None:
    """No record states what its caller did not give; each log replays to the same acts and transcript."""
    only = [option for name in ("another_day", "interrupting") for option in ("--only", name)]

    runs = simulate(EXAMPLE, tmp_path, *only)

    assert [run for run in runs if run["verdict"] == "wrong"] == []
    assert sum(run["verdict"] == "right" for run in runs) >= 1
    for run in runs:
        log = kept(tmp_path, run, "turn-log")
        assert replayed(log["lines"], kept(tmp_path, run, "call"))["identical"]


@pytest.mark.scenario("spoken-overlaps")
def test_the_agent_yields_to_a_voice_and_to_nothing_else(tmp_path: Path) -> None:
    """A caller that barges in cuts it; echo of its own voice and signs of listening do not."""
    runs = simulate(OVERLAPS / "project.yaml", tmp_path, "--personas", str(OVERLAPS / "personas"))

    cut = {
        run["persona"]: sum(
            one["interrupted"] for one in kept(tmp_path, run, "call")["transcript_object"] if one["role"] == "agent"
        )
        for run in runs
    }
    assert cut == {"barge_in": 1, "echo_only": 0, "backchannels": 0}


@pytest.mark.scenario("spoken-other-wavs")
def test_other_sound_makes_another_record(tmp_path: Path) -> None:
    """Two callers that differ by nothing but one WAV file: the record follows what sounded."""
    for name, words in (("comes", "Yes, I will be there."), ("stays", "No, thank you.")):
        write_wav(tmp_path / "callers" / f"{name}.wav", say(words, SLT))
        persona = {"name": name, "greeting": ["Hello?"], "answers": [{"to": "Will you come", "audio": [f"{name}.wav"]}]}
        (tmp_path / "callers" / f"{name}.yaml").write_text(json.dumps(persona))

    runs = simulate(OVERLAPS / "project.yaml", tmp_path / "kept", "--personas", str(tmp_path / "callers"))

    fields = {run["persona"]: run["fields"]["outcome"] for run in runs}
    assert fields == {"comes": "coming", "stays": "staying"}
    said = {run["persona"]: kept(tmp_path / "kept", run, "call")["transcript"].lower() for run in runs}
    assert "yes" in said["comes"]
    assert "no" in said["stays"].split("user:")[-1]
