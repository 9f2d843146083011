"""Schemathesis against the whole application: whatever it makes of the document, the answers are those that are described.

The same requests each time; `tools/fuzz-api` draws others, and many more.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from ringtrue.calls import keys
from ringtrue.clock import rfc3339
from ringtrue.testing.clock import START

if TYPE_CHECKING:
    from conftest import Desk

TOOLS = Path(__file__).parents[2] / "tools"
SECRET = "rt_admin"
TOMORROW = rfc3339(START + timedelta(days=1))
LEAST_REQUESTS = 800


def test_the_answers_are_those_that_are_described(desk: Desk, tmp_path: Path) -> None:
    """In the examples, the corners of every schema, random requests, and runs that follow links: no 5xx but the one that is
    described, no status, header or body that is not, no way in without a key."""
    desk.store.run_now(lambda tx: keys.issue(tx, desk.office.org.id, "fuzz", "admin", secret=SECRET, at=START))
    for status in ("scheduled", "queued", "ringing", "ongoing", "ended", "error"):
        desk.call(status)

    with desk.served() as port:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(TOOLS / "schemathesis.toml")),
                *("run", f"http://127.0.0.1:{port}/openapi.json", "--seed", "1", "--max-examples", "5"),
            ],
            cwd=tmp_path,
            env={
                **os.environ,
                "RINGTRUE_FUZZ_KEY": SECRET,
                "RINGTRUE_FUZZ_TOMORROW": TOMORROW,
                "SCHEMATHESIS_HOOKS": str(TOOLS / "fuzz_hooks.py"),
                "PYTHONWARNINGS": "ignore",
            },
            check=False,
            capture_output=True,
            text=True,
            timeout=300,
        )

    assert done.returncode == 0, done.stdout + done.stderr
    made = re.search(r"(\d+) generated", done.stdout)
    assert made is not None
    assert int(made[1]) > LEAST_REQUESTS
    assert desk.ask("GET", "/api-keys", key=SECRET).status_code == 200  # it has not locked itself out half-way
