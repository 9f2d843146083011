"""The recording of one call: whether there is one, where it lies, and what the store is told of it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from ringtrue import logs
from ringtrue.conversation.leg import Leg, Position
from ringtrue.domain.call import Call
from ringtrue.domain.records import Recording, RecordingStatus
from ringtrue.errors import RingtrueError
from ringtrue.ids import CallId, OrgId
from ringtrue.worker.consent import ConsentTap
from ringtrue.worker.recorder import Recorder

_log = logs.get(__name__)


class RecordingFolder(Protocol):
    """Where recordings lie."""

    def name_for(self, org_id: OrgId, call_id: CallId) -> str:
        """The name of a call's file."""
        ...

    def prepare(self, name: str) -> Path:
        """Where to write that file; its folder is made. Raises OSError or RingtrueError."""
        ...


class CallRecording:
    """Records by the project's wish: `always`, `after_consent` or `never`. No fault of the disk reaches the call."""

    def __init__(self, call: Call, folder: RecordingFolder, wish: str) -> None:
        self._call = call
        self._folder = folder
        self._wish = wish
        self._name: str | None = None
        self._recorder: Recorder | None = None
        self._consent: ConsentTap | None = None

    def start(self, leg: Leg) -> Recording:
        """Record the leg from now on; returns what the record says of it at the answer."""
        if self._wish == "never":
            return self._as(RecordingStatus.NOT_RECORDED)
        name = self._folder.name_for(self._call.org_id, self._call.id)
        try:
            path = self._folder.prepare(name)
        except (OSError, RingtrueError) as exc:
            self._disk_error(str(exc))
            return self._as(RecordingStatus.FAILED)
        self._name = name
        self._recorder = Recorder(path, leg.rate_hz, on_disk_error=self._disk_error)
        if self._wish == "after_consent":
            self._consent = ConsentTap(self._recorder)
            leg.add_tap(self._consent)
        else:
            leg.add_tap(self._recorder)
        return self._as(RecordingStatus.PENDING)

    def consented(self, at: Position) -> None:
        """The party heard the disclosure and went on; what sounds from `at` on may be kept."""
        if self._consent is not None:
            self._consent.consented(at)

    async def finish(self, total: Position) -> Recording | None:
        """Close the file at `total` samples; what the record must now say, None where that is still true."""
        recorder, self._recorder = self._recorder, None
        if recorder is None:
            return None
        if self._consent is not None and self._consent.since is None:
            await recorder.discard()
            self._name = None
            return self._as(RecordingStatus.NOT_RECORDED)
        result = await recorder.finish(total)
        return self._as(RecordingStatus.FAILED) if result.failed else None

    def _as(self, status: RecordingStatus) -> Recording:
        return Recording(call_id=self._call.id, status=status, name=self._name)

    def _disk_error(self, reason: str) -> None:
        _log.error("recording.failed", call_id=self._call.id, reason=reason)
