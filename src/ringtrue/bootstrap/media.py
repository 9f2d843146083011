"""The media process: SIP, RTP, the turn loop and the dispatcher on one uvloop; no HTTP, no CPU work in threads."""

from __future__ import annotations

import asyncio
import gc
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path

import uvloop

from ringtrue import ids, logs
from ringtrue.agents.files import YamlProjectFiles
from ringtrue.audio import wav
from ringtrue.bootstrap import control
from ringtrue.bootstrap.dialling import policy_of, trunk_of
from ringtrue.calls import dial_policy
from ringtrue.clock import Clock, SystemClock
from ringtrue.domain.call import Call
from ringtrue.domain.disposition import Disposition
from ringtrue.errors import RingtrueError, SetupError
from ringtrue.scripts import VersionScripts
from ringtrue.settings import Settings
from ringtrue.speech.hearing import HearingConfig, HearingPool
from ringtrue.speech.pool import SpeechConfig, SpeechPool
from ringtrue.storage.database import SqliteStore
from ringtrue.storage.recordings import RecordingFiles
from ringtrue.telephony.rtp.pacer import Pacer
from ringtrue.telephony.sip_carrier import SipCarrier
from ringtrue.telephony.sip_config import SipConfig
from ringtrue.worker.admission import Admission
from ringtrue.worker.answer import Answerer
from ringtrue.worker.calls_in_progress import CallsInProgress
from ringtrue.worker.dispatch import Dispatcher
from ringtrue.worker.doorbell import Doorbell
from ringtrue.worker.phone_call import Studio
from ringtrue.worker.reaper import LastAudio, Reaper

_log = logs.get(__name__)

_PORT_PATIENCE_SECONDS = 4.0  # a predecessor's child frees its ports within 2 s of its parent's death
_END_SECONDS = 1.5


def run() -> int:
    """Run the media process until it is told to end; returns its exit code."""
    settings = control.decode_settings(sys.stdin.readline())
    logs.configure(settings.log)
    try:
        uvloop.run(MediaProcess(settings).run())
    except RingtrueError as exc:
        control.tell_parent(failed=exc.sentence, exit_code=exc.exit_code if isinstance(exc, SetupError) else 1)
        return 1
    return 0


class MediaProcess:
    """Everything of one media process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._clock = SystemClock()
        self._pacer = Pacer(self._clock)
        self._doorbell = Doorbell()
        self._stop = asyncio.Event()
        self._end = asyncio.Event()
        self._admission: Admission

    async def run(self) -> None:
        """Start, tell the parent, work until the order to drain or end, and leave nothing ringing behind."""
        settings, clock = self._settings, self._clock
        store = SqliteStore.open(settings.data / "ringtrue.db", clock)
        speech = SpeechPool(
            SpeechConfig(engine=settings.tts, models_dir=settings.models_dir, cache_dir=settings.data / "cache" / "speech")
        )
        hearing = _hearing(settings)
        carrier = SipCarrier(_sip_config(settings), clock=clock, pacer=self._pacer)
        recordings = RecordingFiles(settings.data / "recordings")
        self._admission = Admission(
            most_calls=settings.most_calls,
            lateness_ms=self._pacer.lateness_ms,
            voice_backlog_seconds=speech.backlog_seconds,
            hearing_backlog_seconds=hearing.backlog_seconds if hearing is not None else lambda: 0.0,
            hearing_room=hearing.room if hearing is not None else lambda: settings.max_calls,
        )
        await _start(carrier, clock)
        await asyncio.gather(speech.start(), *([hearing.start()] if hearing is not None else []))
        studio = Studio(store=store, clock=clock, tts=speech, recordings=recordings, stt=hearing)
        calls = await self._work(store, carrier, speech, studio)
        await self._finish(calls)
        await carrier.close()
        await speech.close()
        if hearing is not None:
            await hearing.close()
        for task in self._tasks:
            task.cancel()
        store.close()

    async def _work(self, store: SqliteStore, carrier: SipCarrier, speech: SpeechPool, studio: Studio) -> CallsInProgress:
        settings, clock, files = self._settings, self._clock, YamlProjectFiles()
        worker_id = ids.new_worker(clock.now())
        scripts = VersionScripts("default", hears=settings.stt != "none")

        async def close_broken(call: Call) -> None:
            await dispatcher.close(call)

        calls = CallsInProgress(self._admission, close_broken)
        dispatcher = Dispatcher(
            worker_id=worker_id,
            carrier=carrier,
            scripts=scripts,
            studio=studio,
            admission=self._admission,
            calls=calls,
            doorbell=self._doorbell,
            refusal=partial(dial_policy.refusal, files=files, policy=policy_of(settings, is_simulated=False)),
        )
        answerer = Answerer(
            worker_id=worker_id,
            carrier=carrier,
            scripts=scripts,
            studio=studio,
            admission=self._admission,
            calls=calls,
            files=files,
            home_country=settings.country,
        )
        reaper = Reaper(
            worker_id=worker_id,
            carrier=carrier,
            store=store,
            clock=clock,
            calls=calls,
            last_audio=_last_audio(store, RecordingFiles(settings.data / "recordings")),
            is_only_worker=True,
        )
        speech.add_lost_callback(calls.voice_lost)
        runs = (self._pacer.run(), dispatcher.run(), answerer.run(), reaper.run())
        self._tasks = [asyncio.create_task(run) for run in runs]
        control.obey(asyncio.get_running_loop(), self._obey)
        # The threads of the store must give the clock way at once: half the ticks were lost beside a busy thread, 3 ms with this.
        sys.setswitchinterval(0.0005)
        gc.collect()
        gc.freeze()
        control.tell_parent(ready=True, sip_port=carrier.port)
        await self._until_stopped()
        return calls

    async def _until_stopped(self) -> None:
        """Until told to stop. A part that breaks ends the process: its parent starts it anew, and nothing goes on half dead."""
        stop = asyncio.create_task(self._stop.wait())
        done, _ = await asyncio.wait({stop, *self._tasks}, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()

    async def _finish(self, calls: CallsInProgress) -> None:
        """Let calls in progress come to their own end; at the second order end them."""
        self._admission.is_draining = True
        idle = asyncio.create_task(calls.idle())
        end = asyncio.create_task(self._end.wait())
        await asyncio.wait({idle, end}, return_when=asyncio.FIRST_COMPLETED)
        if not idle.done():
            calls.end_all(Disposition.MANUAL_STOPPED)
            await asyncio.wait({idle}, timeout=_END_SECONDS)
        end.cancel()

    def _obey(self, order: str) -> None:
        match order:
            case "ring":
                self._doorbell.ring()
            case "drain":
                self._admission.is_draining = True
                self._stop.set()
            case "end":
                self._end.set()
                self._stop.set()
            case _:
                _log.error("order.unknown")


async def _start(carrier: SipCarrier, clock: Clock) -> None:
    """Bind the SIP port, waiting a little for a dead predecessor to let it go. Raises SetupError."""
    until = clock.monotonic() + _PORT_PATIENCE_SECONDS
    while True:
        try:
            await carrier.start()
        except SetupError:
            if clock.monotonic() > until:
                raise
            await clock.sleep(0.1)
        else:
            return


def _sip_config(settings: Settings) -> SipConfig:
    return SipConfig(
        host=settings.sip_host,
        port=settings.sip_port,
        rtp_ports=settings.rtp_ports,
        public_address=settings.sip_public_address,
        trunk=trunk_of(settings),
        dial_format=settings.dial_format,
        home_country=settings.country,
        allow=settings.allow_sip,
        t1_ms=settings.sip_t1_ms,
        no_audio=settings.no_audio,
        audio_lost=settings.audio_lost,
    )


def _hearing(settings: Settings) -> HearingPool | None:
    if settings.stt == "none":
        return None
    model = Path(settings.stt_model) if settings.has_own_recognizer else settings.models_dir / settings.stt_model
    return HearingPool(HearingConfig(engine=settings.stt, model=model, device=settings.stt_device))


def _last_audio(store: SqliteStore, files: RecordingFiles) -> LastAudio:
    def last_audio(call: Call) -> timedelta | None:
        recording = store.read_now(lambda tx: tx.recording(call.id))
        path = files.path(recording.name) if recording is not None and recording.name is not None else None
        if path is None or not path.exists():
            return None
        return timedelta(seconds=wav.duration_samples(path) / wav.rate_hz(path))

    return last_audio
