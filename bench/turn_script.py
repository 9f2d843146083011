"""The conversation that both agents of bench/turns.py lead: its project file and the data of a call."""

from __future__ import annotations

from pathlib import Path

NAME = "turns"
DATA = {"first_name": "Anna", "doctor": "Doctor Miller", "appointment": "2027-03-04T10:30"}


def project() -> str:
    """The text of the project file."""
    return Path(__file__).with_name("turn_project.yaml").read_text(encoding="utf-8")
