"""Signatures, checked by the reference library that receivers in JavaScript use (npm: standardwebhooks)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from ringtrue import ids
from ringtrue.clock import SystemClock
from ringtrue.webhooks import signing

_MODULES = Path(__file__).parents[2] / ".cache" / "npm" / "node_modules"


def verified(sent: list[tuple[str, str, dict[str, str]]]) -> list[bool]:
    """Whether the library takes each of them. Skips where it is missing; with CI=true that is a failure."""
    node = shutil.which("node")
    if node is None or not (_MODULES / "standardwebhooks" / "package.json").exists():
        if os.environ.get("CI") == "true":
            pytest.fail("node and npm's standardwebhooks are missing: tools/test-peers fetches both")
        pytest.skip("node and npm's standardwebhooks are missing: tools/test-peers fetches both")
    script = Path(__file__).with_name("verify.js")
    done = subprocess.run(
        [node, str(script)],
        input=json.dumps(sent),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "NODE_PATH": str(_MODULES)},
        timeout=60,
    )
    found: list[bool] = json.loads(done.stdout)
    return found


def test_javascripts_library_verifies_what_was_signed_and_refuses_what_was_changed() -> None:
    """Fifty events with secrets of their own; each once as sent, once with another body, once under another secret."""
    now = SystemClock().now()
    sent = []
    for index in range(50):
        secret, body = (
            ids.webhook_secret(),
            json.dumps({"type": "call.ended", "said": "\u00e9\u4f60 \U0001f600" * index}, ensure_ascii=False),
        )
        headers = signing.headers(secret, f"evt_{index}", body.encode(), now)
        sent += [(secret, body, headers), (secret, body + " ", headers), (ids.webhook_secret(), body, headers)]

    assert verified(sent) == [True, False, False] * 50
