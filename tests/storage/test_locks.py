"""One server a data folder; writers in turn."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from ringtrue.errors import SetupError
from ringtrue.storage.locks import Turnstile, lock_folder

_HOLD = """
import sys
from pathlib import Path
from ringtrue.storage.locks import lock_folder
held = lock_folder(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_server_is_refused(tmp_path: Path) -> None:
    """The sentence names the folder, the holder and the way out."""
    with lock_folder(tmp_path / "data"), pytest.raises(SetupError) as refused:
        lock_folder(tmp_path / "data")

    assert str(tmp_path / "data") in refused.value.sentence
    assert f"process {os.getpid()}" in refused.value.sentence
    assert "--data" in refused.value.sentence
    assert refused.value.exit_code == 1


def test_a_released_folder_is_free(tmp_path: Path) -> None:
    """Releasing twice is harmless."""
    held = lock_folder(tmp_path)
    held.release()
    held.release()

    lock_folder(tmp_path).release()


def test_a_killed_server_leaves_the_folder_free(tmp_path: Path) -> None:
    """The kernel frees the lock of a process that died."""
    with subprocess.Popen([sys.executable, "-c", _HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == b"held\n"
        with pytest.raises(SetupError):
            lock_folder(tmp_path)
        server.kill()

    lock_folder(tmp_path).release()


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "file").touch()

    with pytest.raises(SetupError, match="cannot be written"):
        lock_folder(tmp_path / "file" / "data")


def test_whoever_waits_is_next(tmp_path: Path) -> None:
    """The one that leaves and wants in again at once stands behind the one that waited."""
    database = tmp_path / "ringtrue.db"
    mine, other = Turnstile(database), Turnstile(database)
    order = []

    def enter_once() -> None:
        with other:
            order.append("other")

    with mine:
        waiting = threading.Thread(target=enter_once)
        waiting.start()
        assert is_held(tmp_path / "ringtrue.db-porch")
    with mine:
        order.append("mine")
    waiting.join()

    assert order == ["other", "mine"]
    mine.close()
    other.close()


def is_held(path: Path) -> bool:
    """Whether somebody else comes to hold the lock within some seconds."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        for _ in range(2000):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
            fcntl.flock(descriptor, fcntl.LOCK_UN)
            time.sleep(0.002)
        return False
    finally:
        os.close(descriptor)
