"""Calls: place, read, list, control, wait, download."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from ringtrue.client import requests
from ringtrue.client.models.calls import Call, CallInfo, CallsPage, CallSummary, CheckedCall, PlacedCall, TurnLog, Turns
from ringtrue.client.saving import Saved
from ringtrue.client.synchronous.connection import Connection

_COMPLETE_SECONDS = 15.0  # a recording is measured and analysed within a few seconds; a server that is busy takes longer


class Calls:
    """`client.calls`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(
        self,
        callee: str,
        project: str,
        *,
        json_data: Mapping[str, object] | None = None,
        scheduled_for: str | datetime | None = None,
        timezone: str | None = None,
        background: bool = False,
        metadata: Mapping[str, object] | None = None,
        config_version_id: str | None = None,
        idempotency_key: str | None = None,
    ) -> PlacedCall:
        """Place a call to an E.164 number, now or for later, by the project's name or id.

        Answers once the dial is under way or has failed, which `call.status` tells; with `background` at once. `json_data` is
        what the agent's prompts see. A naive `scheduled_for` is read in `timezone`. Give an `idempotency_key` of your own
        where your program may itself die and begin anew. Raises PermissionDenied for a number that may not be rung.
        """
        body = {
            "callee": callee,
            "project_id": project,
            "json_data": requests.json_text(json_data),
            "scheduled_for": requests.instant(scheduled_for),
            "timezone": timezone,
            "background": background,
            "metadata": metadata,
            "config_version_id": config_version_id,
        }
        return self._connection.ask(requests.post("/voice/phone-call", body, idempotency_key=idempotency_key), PlacedCall)

    def create_in_thread(
        self,
        thread_id: str,
        callee: str,
        project: str,
        *,
        scheduled_for: str | datetime | None = None,
        verification_code: str | None = None,
        idempotency_key: str | None = None,
    ) -> CallInfo:
        """Place a call that belongs to a thread. A client that holds a thread's token needs the callee's `verification_code`."""
        body = {
            "callee": callee,
            "project_id": project,
            "scheduled_for": requests.instant(scheduled_for),
            "verification_code": verification_code,
        }
        path = requests.path("voice", thread_id, "phone-call")
        return self._connection.ask(requests.post(path, body, idempotency_key=idempotency_key), CallInfo)

    def check(
        self,
        callee: str,
        project: str,
        *,
        json_data: Mapping[str, object] | None = None,
        scheduled_for: str | datetime | None = None,
        timezone: str | None = None,
    ) -> CheckedCall:
        """What would happen to such a call, and why. Nothing rings."""
        body = {
            "callee": callee,
            "project_id": project,
            "json_data": requests.json_text(json_data),
            "scheduled_for": requests.instant(scheduled_for),
            "timezone": timezone,
        }
        return self._connection.ask(requests.post("/calls/check", body), CheckedCall)

    def get(self, call_id: str) -> Call:
        """The call's record as it is now."""
        return self._connection.ask(requests.get(requests.path("calls", call_id)), Call)

    def list(
        self,
        *,
        status: str | Sequence[str] | None = None,
        call_type: str | Sequence[str] | None = None,
        direction: str | Sequence[str] | None = None,
        from_date: str | datetime | None = None,
        to_date: str | datetime | None = None,
        thread_id: str | None = None,
        project_name: str | None = None,
        metadata: Mapping[str, object] | None = None,
        limit: int | None = None,
    ) -> Iterator[CallSummary]:
        """Calls, newest first, at most `limit` of them, fetched page by page as they are asked for.

        Filters hold together; several values of one are alternatives. A date without a time means that whole day in UTC. Of
        `metadata` a call must have every entry as it was placed with it.
        """
        query: dict[str, str | int | Sequence[str] | None] = {
            "status": status,
            "call_type": call_type,
            "direction": direction,
            "from_date": requests.instant(from_date),
            "to_date": requests.instant(to_date),
            "thread_id": thread_id,
            "project_name": project_name,
            **requests.metadata_filter(metadata),
        }
        found = 0
        while limit is None or found < limit:
            query["limit"] = requests.page_size(limit, found)
            page = self._connection.ask(requests.get("/calls", query), CallsPage)
            yield from page.calls
            found += len(page.calls)
            query["cursor"] = page.pagination.cursor
            if query["cursor"] is None:
                return

    def cancel(self, call_id: str, *, idempotency_key: str | None = None) -> Call:
        """Ask that a scheduled, waiting or ringing call never connects. Raises Conflict when it is past that."""
        path = requests.path("calls", call_id, "cancel")
        return self._connection.ask(requests.post(path, idempotency_key=idempotency_key), Call)

    def hangup(self, call_id: str, *, idempotency_key: str | None = None) -> Call:
        """Ask that a call in progress ends; the answer is its record at that moment. Raises Conflict when it is not ongoing."""
        path = requests.path("calls", call_id, "hangup")
        return self._connection.ask(requests.post(path, idempotency_key=idempotency_key), Call)

    def analyse(self, call_id: str, *, idempotency_key: str | None = None) -> Call:
        """Analyse a call that is over once more; `call_analysis` is pending until that is done. Raises Conflict when the call is
        not over, or never connected."""
        path = requests.path("calls", call_id, "analysis")
        return self._connection.ask(requests.post(path, idempotency_key=idempotency_key), Call)

    def reschedule(self, call_id: str, scheduled_for: str | datetime) -> Call:
        """Move a call that is scheduled to another time. Raises Conflict once it is no longer scheduled."""
        body = {"scheduled_for": requests.instant(scheduled_for)}
        return self._connection.ask(requests.patch(requests.path("calls", call_id), body), Call)

    def wait(self, call_id: str, *, timeout: float | None = None, every: float = 0.5) -> Call:
        """The record once the call is over and its recording and analysis are done; these are waited for up to 15 s more.

        Looks every so many seconds. Raises TimeoutError when the call is not over within `timeout` seconds; without one it
        waits for the end, which the server sees to.
        """
        began = self._connection.monotonic()
        over_since: float | None = None
        while True:
            call = self.get(call_id)
            now = self._connection.monotonic()
            if call.is_over:
                over_since = now if over_since is None else over_since
            if call.is_complete or (over_since is not None and now - over_since >= _COMPLETE_SECONDS):
                return call
            if timeout is not None and now - began >= timeout:
                if call.is_over:
                    return call
                raise TimeoutError(f"The call is still {call.status} after {timeout:g} s.")
            self._connection.sleep(every)

    def turns(self, call_id: str) -> Turns:
        """How long each answer took, and where the time went."""
        return self._connection.ask(requests.get(requests.path("calls", call_id, "turns")), Turns)

    def turn_log(self, call_id: str) -> TurnLog:
        """What went into the call's turn machine, to replay it. The key must be of scope admin."""
        return self._connection.ask(requests.get(requests.path("calls", call_id, "turn-log")), TurnLog)

    def stream_recording(self, call_id: str) -> Iterator[bytes]:
        """The recording (WAV: caller left, agent right) piece by piece. Raises NotFound or Conflict while there is none."""
        yield from self._connection.chunks(_recording(call_id))

    def download_recording(self, call_id: str, path: str | Path) -> Path:
        """Write the recording to `path`, which is there whole or not at all. Raises as `stream_recording`, and OSError."""
        with Saved(Path(path)) as file:
            for chunk in self._connection.chunks(_recording(call_id)):
                file.write(chunk)
        return Path(path)


def _recording(call_id: str) -> requests.Request:
    # The answer is a redirect to a signed link. Where that lies on another host, the key is not sent along.
    return requests.get(requests.path("calls", call_id, "recording"), follows_redirects=True)
