"""Complete the records of calls that ended: carries out the queued effects beside the HTTP server."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable, Sequence

from ringtrue import logs
from ringtrue.analysis.script_analysis import analyse
from ringtrue.analysis.turn_report import turn_report, written
from ringtrue.audio import wav
from ringtrue.calls import advance, effects
from ringtrue.calls.project_file import ProjectFiles
from ringtrue.calls.store import Store, Tx
from ringtrue.calls.turn_log import unpacked
from ringtrue.clock import Clock
from ringtrue.conversation.turn_codec import TurnLogInvalid
from ringtrue.domain.effects import QueuedEffect
from ringtrue.domain.event import NewEvent
from ringtrue.domain.records import EffectRow, Recording, RecordingStatus
from ringtrue.errors import StoreUnavailable
from ringtrue.storage.recordings import RecordingFiles

_log = logs.get(__name__)

_POLL_SECONDS = 0.25


class Completion:
    """Finishes recordings and analyses, one effect at a time, oldest first."""

    def __init__(self, *, store: Store, files: ProjectFiles, recordings: RecordingFiles, clock: Clock) -> None:
        self._store = store
        self._files = files
        self._recordings = recordings
        self._clock = clock

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                todo = await self._due()
                for effect in todo:
                    await self._one(effect)
            except StoreUnavailable as exc:
                _log.warning("completion.delayed", reason=exc.sentence)
            await self._clock.sleep(_POLL_SECONDS)

    async def _due(self) -> Sequence[EffectRow]:
        now = self._clock.now()
        return await self._store.read(lambda tx: effects.due(tx, now))

    async def _one(self, effect: EffectRow) -> None:
        try:
            if effect.kind is QueuedEffect.FINISH_RECORDING:
                write = await self._finish_recording(effect)
            else:
                write = await self._analyse(effect)
        except (OSError, ValueError) as exc:
            _log.error("effect.failed", call_id=effect.call_id, kind=effect.kind.value, error=type(exc).__name__)
            again = effects.next_try(effect, self._clock.now())
            await self._store.run(lambda tx: tx.delay_effect(effect.id, again))
            return

        def work(tx: Tx) -> None:
            write(tx)
            tx.drop_effect(effect.id)

        await self._store.run(work)

    async def _finish_recording(self, effect: EffectRow) -> Callable[[Tx], None]:
        recording = await self._store.read(lambda tx: tx.recording(effect.call_id))
        if recording is None or recording.status is not RecordingStatus.PENDING or recording.name is None:
            return lambda _tx: None
        finished = await asyncio.to_thread(self._measure, recording)
        return lambda tx: tx.put_recording(finished)

    def _measure(self, recording: Recording) -> Recording:
        """Repair the header where a crash left it behind, then take the file's measures and hash."""
        name = recording.name or ""
        path = self._recordings.path(name)
        if not path.exists() or path.stat().st_size < wav.HEADER_BYTES:  # The worker died before it wrote anything.
            return Recording(call_id=recording.call_id, status=RecordingStatus.FAILED)
        wav.repair(path)
        return Recording(
            call_id=recording.call_id,
            status=RecordingStatus.READY,
            name=name,
            duration_ms=wav.duration_samples(path) * 1000 // wav.rate_hz(path),
            channels=2,
            sample_rate_hz=wav.rate_hz(path),
            size_bytes=self._recordings.size_bytes(name),
            sha256=self._recordings.sha256(name),
        )

    async def _analyse(self, effect: EffectRow) -> Callable[[Tx], None]:
        def look(tx: Tx) -> str | None:
            call = tx.call(effect.call_id)
            version = tx.version(call.version_id) if call else None
            if call is None or version is None:
                return None
            return analyse(call, tx.outcome(call.id), self._files.read(version.yaml).analysis_fields)

        document = await self._store.read(look)
        turns = await self._turns(effect)

        def write(tx: Tx) -> None:
            # An old call may be analysed again when its sound is gone: what was measured of its turns then is worth more.
            if tx.turns(effect.call_id) is None:
                tx.put_turns(effect.call_id, turns)
            if document is not None:
                tx.put_analysis(effect.call_id, document)
                advance.note(tx, effect.call_id, NewEvent(kind="call.analyzed"), at=self._clock.now())

        return write

    async def _turns(self, effect: EffectRow) -> str:
        """What the turn log and, where it is ready, the recording say of the turns."""

        def look(tx: Tx) -> tuple[Sequence[bytes], Recording | None]:
            return tx.turn_log(effect.call_id), tx.recording(effect.call_id)

        pieces, recording = await self._store.read(look)
        is_ready = recording is not None and recording.status is RecordingStatus.READY and recording.name is not None
        path = self._recordings.path(recording.name or "") if recording is not None and is_ready else None
        try:
            return await asyncio.to_thread(lambda: turn_report(unpacked(pieces), path))
        except (TurnLogInvalid, ValueError, OSError, zlib.error) as exc:
            # Times are not worth the analysis: it comes without them.
            _log.error("turns.failed", call_id=effect.call_id, error=type(exc).__name__)
            return written([], status="failed")
