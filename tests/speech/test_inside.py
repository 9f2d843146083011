"""What every speech process does with its pipe, seen from outside."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from ringtrue.speech import pipe

_CHILD = """
import os, queue, sys
from ringtrue.errors import SetupError
from ringtrue.speech import inside, pipe

def load(settings):
    print("noise of a library")
    os.write(1, b"and of one written in C")
    if settings["fails"] == "known":
        raise SetupError("It is not there: fetch it.")
    if settings["fails"] == "unknown":
        raise ValueError("a secret path")
    return settings["name"]

orders = queue.SimpleQueue()
name, out = inside.begin(load, orders, what="thing")
while True:
    head, body = orders.get()
    if head["op"] == "spin":
        while True:
            pass
    for _ in range(head["times"]):
        inside.write(out, pipe.encode({"name": name, "niceness": os.nice(0)}, body))
"""


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    """Such a process."""
    command = [sys.executable, "-c", _CHILD]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        yield process
        process.kill()


def tell(child: subprocess.Popen[bytes], *frames: bytes) -> None:
    """Frames in."""
    assert child.stdin is not None
    child.stdin.write(b"".join(frames))
    child.stdin.flush()


def answer(child: subprocess.Popen[bytes]) -> tuple[dict[str, object], bytes] | None:
    """The next frame out."""
    return pipe.read(child.stdout)  # type: ignore[arg-type]


def settings(fails: str | None = None) -> bytes:
    """The first frame."""
    return pipe.encode({"name": "it", "fails": fails})


def test_it_says_when_it_is_ready_and_then_takes_orders(child: subprocess.Popen[bytes]) -> None:
    """What a library prints gets between no frames, and the media clock goes first."""
    tell(child, settings(), pipe.encode({"op": "say", "times": 1}, b"\0\n\xff"))

    assert answer(child) == ({"ready": True}, b"")
    said = answer(child)
    assert said is not None
    assert said[0]["name"] == "it"
    assert int(str(said[0]["niceness"])) >= 5
    assert said[1] == b"\0\n\xff"


def test_what_a_library_prints_goes_to_the_log(child: subprocess.Popen[bytes]) -> None:
    """Nothing is lost."""
    tell(child, settings())
    answer(child)

    log = child.communicate(timeout=20)[1]

    assert b"and of one written in C" in log


def test_a_known_reason_is_told_as_it_is(child: subprocess.Popen[bytes]) -> None:
    """The sentence with its remedy; then the process ends with an error."""
    tell(child, settings("known"))

    assert answer(child) == ({"failed": "It is not there: fetch it."}, b"")
    assert child.wait(timeout=20) == 1


def test_an_unknown_reason_is_told_by_its_kind(child: subprocess.Popen[bytes]) -> None:
    """What it says itself goes to the log only."""
    tell(child, settings("unknown"))

    assert answer(child) == ({"failed": "The thing cannot be loaded (ValueError)."}, b"")
    assert b"a secret path" in child.communicate(timeout=20)[1]


def test_without_settings_it_ends(child: subprocess.Popen[bytes]) -> None:
    """Its parent died before it spoke."""
    assert child.stdin is not None
    child.stdin.close()

    assert child.wait(timeout=20) == 0


def test_it_ends_with_its_pipe_even_while_it_computes(child: subprocess.Popen[bytes]) -> None:
    """A dead parent leaves nothing behind."""
    tell(child, settings(), pipe.encode({"op": "spin"}))
    answer(child)
    assert child.stdin is not None

    child.stdin.close()

    assert child.wait(timeout=20) == 0


def test_it_ends_when_nobody_reads(child: subprocess.Popen[bytes]) -> None:
    """A broken pipe is no error to report."""
    tell(child, settings())
    answer(child)
    assert child.stdout is not None
    child.stdout.close()

    tell(child, pipe.encode({"op": "say", "times": 10_000}))

    assert child.wait(timeout=20) == 0
