"""The main process: checks, first start, HTTP, completion of records, webhooks; media and speech run in children."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from ringtrue import logs
from ringtrue.agents.files import YamlProjectFiles
from ringtrue.api import serve as http
from ringtrue.bootstrap import first_start
from ringtrue.bootstrap.web import build_app, build_deliverer
from ringtrue.clock import Clock, SystemClock
from ringtrue.completion import Completion
from ringtrue.errors import SetupError
from ringtrue.processes.media_child import MediaChild
from ringtrue.processes.simulated import SimulatedTrunk
from ringtrue.settings import SIMULATED, Settings
from ringtrue.speech import fetch
from ringtrue.speech.catalogue import DEFAULT_VOICE
from ringtrue.storage.database import SqliteStore
from ringtrue.storage.locks import lock_folder
from ringtrue.storage.recordings import RecordingFiles

_log = logs.get(__name__)

_WILDCARDS = ("0.0.0.0", "::")  # noqa: S104 - compared, never bound


def serve(settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT; returns the exit code. Raises SetupError when it cannot start."""
    logs.configure(settings.log)
    _make_folder(settings.data)
    with lock_folder(settings.data):
        for name in _needed(settings):
            fetch.ensure(name, settings.models_dir, say=_say, mirror=settings.mirror)
        sock = http.bind(settings.host, settings.port)
        return asyncio.run(_Server(settings, sock).run())


def _needed(settings: Settings) -> list[str]:
    """What the engines read, of the catalogue."""
    voice = [DEFAULT_VOICE] if settings.tts == "piper" else []
    return [*voice, settings.stt_model] if settings.stt == "whisper" and not settings.has_own_recognizer else voice


def _make_folder(data: Path) -> None:
    try:
        data.mkdir(parents=True, exist_ok=True)
        probe = data / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as exc:
        why = (exc.strerror or "refused").lower()
        raise SetupError(f"The data folder {str(data)!r} cannot be written ({why}): choose another with --data.") from exc


def _say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")


def ready_line(web: tuple[str, int], sip: tuple[str, int]) -> str:
    """The line on stdout that says where requests and calls are taken."""
    return f"ready http://{_authority(*web)} sip:{_authority(*sip)}"


def _authority(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class _Server:
    """What the main process runs."""

    def __init__(self, settings: Settings, sock: socket.socket) -> None:
        self._settings = settings
        self._sock = sock
        self._clock: Clock = SystemClock()
        self._media: MediaChild
        self._stops = 0
        self._stopping = asyncio.Event()

    async def run(self) -> int:
        """Start everything, say that it is ready, and stop it in order."""
        settings = self._settings
        store = SqliteStore.open(settings.data / "ringtrue.db", self._clock)
        simulated = SimulatedTrunk()
        try:
            is_simulated = settings.trunk == SIMULATED
            if is_simulated:
                settings = replace(settings, trunk=await simulated.start(settings.simulated_persona))
            new = first_start.prepare(store, settings, self._clock, base_url=self._base_url)
            self._media = MediaChild(settings, self._clock)
            self._listen_for_signals()
            await self._media.start()
            await self._serve(store, new, is_simulated=is_simulated)
        finally:
            if hasattr(self, "_media"):
                self._media.kill()
            simulated.close()
            store.close()
            with suppress(OSError):
                (settings.data / first_start.URL_FILE).unlink()
        return 0

    async def _serve(self, store: SqliteStore, new: first_start.FirstStart | None, *, is_simulated: bool) -> None:
        settings = self._settings
        recordings = RecordingFiles(settings.data / "recordings")
        app = build_app(
            settings,
            store=store,
            clock=self._clock,
            recordings=recordings,
            public_url=self._public_url,
            ring=self._media.ring,
            is_ready=lambda: self._media.is_ready and self._stops == 0,
            is_draining=lambda: self._stops > 0,
            is_simulated=is_simulated,
        )
        deliverer = build_deliverer(settings, store=store, clock=self._clock)
        completion = Completion(store=store, files=YamlProjectFiles(), recordings=recordings, clock=self._clock)
        server = http.Server(app, self._sock, trusted_proxies=settings.trusted_proxy)
        async with asyncio.TaskGroup() as tasks:
            work = (tasks.create_task(completion.run()), tasks.create_task(deliverer.run()))
            web = tasks.create_task(server.run())
            await server.started()
            http.settle()
            self._announce(new)
            media = tasks.create_task(self._media.keep())
            await self._stopping.wait()
            await self._drain(media)
            server.stop()
            await web
            for one in work:
                one.cancel()

    # --- what people read -------------------------------------------------------------------------------------------

    @property
    def _base_url(self) -> str:
        host, port = self._sock.getsockname()[:2]
        reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, never bound
        return f"http://{_authority(reachable, port)}"

    @property
    def _public_url(self) -> str:
        return (self._settings.public_url or self._base_url).rstrip("/")

    def _announce(self, new: first_start.FirstStart | None) -> None:
        settings = self._settings
        (settings.data / first_start.URL_FILE).write_text(self._base_url + "\n")
        if settings.host in _WILDCARDS and settings.public_url is None:
            _say("Links name this machine's loopback address: set --public-url to what clients reach.")
        if new is not None:
            print(f"First start. Your API key, shown once and kept in {settings.data / first_start.KEY_FILE}:\n  {new.key}")
            print(f"Place a call:\n  {new.curl}")
        print(ready_line(self._sock.getsockname()[:2], (settings.sip_host, self._media.sip_port)), flush=True)

    # --- stopping ---------------------------------------------------------------------------------------------------

    def _listen_for_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._signalled)

    def _signalled(self) -> None:
        self._stops += 1
        self._stopping.set()
        if self._stops > 1:
            self._media.end()

    async def _drain(self, media: asyncio.Task[None]) -> None:
        """Let the media child finish its calls, for as long as configured."""
        self._media.drain()
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(media), self._settings.drain.total_seconds())
            return
        self._media.end()
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(media), 5.0)
            return
        self._media.kill()
