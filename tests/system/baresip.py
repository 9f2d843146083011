"""baresip as the far end: a telephone of other people's making, without a sound card, steered over its control port."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import wave
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pytest

from .audio import RATE_HZ, Sound, mono
from .server import wait_for

CONFIG = """poll_method epoll
sip_listen 127.0.0.1:{sip_port}
net_interface 127.0.0.1
module_path {modules}
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
module account.so
module menu.so
module ctrl_tcp.so
audio_source aufile,{folder}/spoken.wav
audio_player aubridge,nobody
snd_path {folder}
audio_srate 8000
audio_channels 1
ctrl_tcp_listen 127.0.0.1:{control_port}
call_max_calls 4
"""

TONE_HZ = 440
NUMBER = "+14155550123"  # its user name: what does not name it is not for it


def present() -> None:
    """Skip where baresip is missing; with CI=true that is a failure."""
    if shutil.which("baresip") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("baresip is not installed")
        pytest.skip("baresip is not installed: sudo apt install baresip-core")


class Baresip:
    """A running telephone that answers by itself and sends a tone of 440 Hz."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self.port, self._control_port = _free(socket.SOCK_DGRAM), _free(socket.SOCK_STREAM)
        modules = next(
            path for path in (Path("/usr/lib/baresip/modules"), *Path("/usr/lib").glob("*/baresip/modules")) if path.is_dir()
        )
        (folder / "config").write_text(
            CONFIG.format(sip_port=self.port, control_port=self._control_port, modules=modules, folder=folder)
        )
        (folder / "accounts").write_text(f"<sip:{NUMBER}@127.0.0.1:{self.port}>;regint=0;answermode=auto\n")
        (folder / "contacts").write_text("")
        _tone(folder / "spoken.wav")
        self._log = folder / "baresip.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                ["baresip", "-f", str(folder), "-s"],
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        wait_for(lambda: "baresip is ready" in self.log, seconds=15)

    @property
    def log(self) -> str:
        """What it printed, the SIP messages among it."""
        return self._log.read_text(errors="replace")

    def heard(self) -> Sound:
        """What it decoded, as it wrote it to disk itself."""
        return mono(next(self._folder.glob("dump-*-dec.wav")))

    def command(self, name: str, parameters: str = "") -> None:
        """Steer it, as its menu would."""
        text = json.dumps({"command": name, "params": parameters, "token": "t"})
        with socket.create_connection(("127.0.0.1", self._control_port), timeout=5) as control:
            control.sendall(f"{len(text)}:{text},".encode())
            control.recv(4096)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


def _tone(file: Path) -> None:
    """Two minutes of 440 Hz at half of full scale, which is what the telephone says."""
    samples = 16_000 * np.sin(2 * np.pi * TONE_HZ / RATE_HZ * np.arange(120 * RATE_HZ))
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes(samples.astype("<i2").tobytes())


def _free(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
