"""The project files that are tried: the shipped example and the samples beside the tests."""

from __future__ import annotations

from pathlib import Path

from ringtrue.agents.files import example

DATA = Path(__file__).parent / "data"
FILES = {"appointment": example(), **{path.stem: path.read_text() for path in sorted(DATA.glob("*.yaml"))}}
