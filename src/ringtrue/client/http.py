"""The client: one method per operation; JSON documents come back as they are."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

_TIMEOUT_SECONDS = 30.0
_MOST_OF_A_PAGE = 100

Document = dict[str, Any]


class ServerRefused(Exception):
    """The server answered with a problem (RFC 9457), kept in `problem`."""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        super().__init__(str(problem.get("detail", "The server refused the request.")))
        self.problem = dict(problem)


class ServerUnreachable(Exception):
    """No server answered at that address."""


class RingtrueClient:
    """Talks to one server with one API key. Raises ServerRefused and ServerUnreachable."""

    def __init__(self, base_url: str, api_key: str) -> None:
        self._base_url = base_url.rstrip("/")
        self._http = httpx.Client(
            base_url=self._base_url, headers={"Authorization": api_key}, timeout=_TIMEOUT_SECONDS, trust_env=False
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def place_call(
        self,
        callee: str,
        project: str,
        *,
        json_data: Mapping[str, Any] | None = None,
        scheduled_for: str | None = None,
        timezone: str | None = None,
        background: bool = False,
    ) -> Document:
        """Place a call; the answer holds `thread_id` and `call`."""
        body: Document = {"callee": callee, "project_id": project, "background": background}
        if json_data is not None:
            body["json_data"] = json.dumps(json_data)
        if scheduled_for is not None:
            body["scheduled_for"] = scheduled_for
        if timezone is not None:
            body["timezone"] = timezone
        return self._ask("POST", "/voice/phone-call", json=body)

    def calls(self, *, most: int, **filters: str | Sequence[str] | None) -> list[Document]:
        """The newest calls, at most so many, from as many pages as that takes; filters as `GET /calls` has them."""
        found: list[Document] = []
        query: dict[str, Any] = {name: value for name, value in filters.items() if value is not None}
        while True:
            page = self._ask("GET", "/calls", params={**query, "limit": min(_MOST_OF_A_PAGE, most - len(found))})
            found += page["calls"]
            query["cursor"] = page["pagination"]["cursor"]
            if query["cursor"] is None or len(found) >= most:
                return found

    def call(self, call_id: str) -> Document:
        """The call's record."""
        return self._ask("GET", f"/calls/{quote(call_id, safe='')}")

    def turns(self, call_id: str) -> Document:
        """The times of the call's turns."""
        return self._ask("GET", f"/calls/{quote(call_id, safe='')}/turns")

    def turn_log(self, call_id: str) -> Document:
        """The log of the call's turn machine; its key must be of scope admin."""
        return self._ask("GET", f"/calls/{quote(call_id, safe='')}/turn-log")

    def cancel(self, call_id: str) -> Document:
        """Ask that it never connects."""
        return self._ask("POST", f"/calls/{quote(call_id, safe='')}/cancel")

    def hang_up(self, call_id: str) -> Document:
        """Ask that it ends."""
        return self._ask("POST", f"/calls/{quote(call_id, safe='')}/hangup")

    def projects(self) -> list[Document]:
        """Every project."""
        found: list[Document] = self._ask("GET", "/projects").get("projects", [])
        return found

    def apply_project(self, name: str, yaml: str) -> Document:
        """Make the file the project's newest version."""
        return self._ask(
            "PUT", f"/projects/{quote(name, safe='')}", content=yaml.encode(), headers={"Content-Type": "application/yaml"}
        )

    def listen(self, events: Sequence[str] | None = None) -> Document:
        """A new listener, for which events are kept from now on; its `secret` is told this once."""
        return self._ask("POST", "/listeners", json={"events": list(events) if events else None})

    def next_events(self, listener_id: str, done: list[Document]) -> list[Document]:
        """Tell which deliveries are done (`id`, `status`); the oldest that are not, in order."""
        asked = self._ask("POST", f"/listeners/{quote(listener_id, safe='')}/next", json={"done": done})
        found: list[Document] = asked["deliveries"]
        return found

    def stop_listening(self, listener_id: str) -> None:
        """Keep nothing more for the listener."""
        self._send("DELETE", f"/listeners/{quote(listener_id, safe='')}")

    def is_ready(self) -> bool:
        """Whether calls can be placed now."""
        try:
            self._ask("GET", "/readyz")
        except (ServerRefused, ServerUnreachable):
            return False
        return True

    def download(self, call_id: str, path: Path) -> None:
        """Write the recording of a call, by a fresh link, to `path`."""
        response = self._send("GET", f"/calls/{quote(call_id, safe='')}/recording", follow_redirects=True)
        path.write_bytes(response.content)

    def download_link(self, url: str, path: Path) -> None:
        """Write what a signed link, such as a record's `recording_url`, leads to. The key stays here: a link needs none."""
        try:
            response = httpx.get(url, timeout=_TIMEOUT_SECONDS, trust_env=False)
        except httpx.HTTPError as exc:
            raise ServerUnreachable("Nobody answers at the address of the recording.") from exc
        if response.is_error:
            raise ServerRefused(_problem(response))
        path.write_bytes(response.content)

    def _ask(self, method: str, path: str, **options: Any) -> Document:
        response = self._send(method, path, **options)
        document = _document(response)
        if document is None:
            raise ServerRefused(_not_ours(response))
        return document

    def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            response = self._http.request(method, path, **options)
        except httpx.HTTPError as exc:
            raise ServerUnreachable(f"No server answers at {self._base_url}: start one with `ringtrue serve`.") from exc
        if response.is_error:
            raise ServerRefused(_problem(response))
        return response


def _problem(response: httpx.Response) -> Document:
    return _document(response) or _not_ours(response)


def _document(response: httpx.Response) -> Document | None:
    """The JSON object of an answer; None when it is something else."""
    try:
        document = response.json()
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def _not_ours(response: httpx.Response) -> Document:
    detail = "What answers at this address is no Ringtrue server: check the address and what stands between."
    return {"status": response.status_code, "code": "answer_invalid", "detail": detail}
