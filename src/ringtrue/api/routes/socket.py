"""The socket of a thread: `/ws/{thread_id}`, chat for browsers.

A socket works on one message at a time and sends the next frame when the last one was taken, so that a slow reader holds no
more than a buffer of ours. What a client sends wrongly is answered with a problem, and the socket stays open.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import ValidationError

from ringtrue import ids
from ringtrue.api import envelope, origins, problems, streams, thread_tokens
from ringtrue.api.deps import ApiDeps, of_request
from ringtrue.api.problems import Problem
from ringtrue.api.thread_tokens import ThreadToken
from ringtrue.calls.chats import Answered, Written
from ringtrue.errors import NotFound, RingtrueError
from ringtrue.wire.socket import SocketAnswer, SocketExtras, SocketMessage, StreamChunk, StreamEnd, StreamFrame, StreamStart

router = APIRouter()

DESCRIBED = {
    "name": "Chat",
    "description": "Conversations in writing. The same over a WebSocket: `/ws/{thread_id}?token=JWT&project=NAME&version=ID`, "
    "with a thread's token. Send `{type: message, data: {message, start_new_conversation, puppeteer_config_name}}`; what comes "
    "back are frames of type `stream` whose data has the type `start`, `chunk` (`token`, `index`) or `end` (`message`), or of "
    "type `error` whose data is a problem. It closes with 4401 for a bad or expired token, 4404 where there is no such thread, "
    "1013 when too many are open and 1009 for a frame of more than 64 kB.",
}
"""What the OpenAPI document, which knows no sockets, says of this one."""
BAD_TOKEN = 4401
NO_SUCH_THREAD = 4404
TRY_LATER = 1013
_BROKEN = 1011
MOST_OPEN = 200  # half of the connections that the guard lets in: sockets never crowd out requests
MOST_OF_THREAD = 10


class OpenSockets:
    """How many sockets are open, in all and of each thread."""

    def __init__(self) -> None:
        self._of_thread: Counter[str] = Counter()

    @contextmanager
    def one_more(self, thread_id: str) -> Iterator[bool]:
        """Within, one more is open; whether there is room for it."""
        has_room = self._of_thread.total() < MOST_OPEN and self._of_thread[thread_id] < MOST_OF_THREAD
        self._of_thread[thread_id] += has_room
        try:
            yield has_room
        finally:
            self._of_thread[thread_id] -= has_room
            self._of_thread += Counter()  # forgets those with none


@router.websocket("/ws/{thread_id}")
async def converse(websocket: WebSocket, thread_id: str) -> None:
    """Answer messages until the client leaves, the token expires or the thread is gone."""
    deps = of_request(websocket)
    if not origins.may_connect(websocket, deps):
        await websocket.close()  # before it is accepted: a 403 to the handshake
        return
    # Accepted even where it is refused: a browser is told the code of a socket that closes, but none of a failed handshake.
    await websocket.accept()
    try:
        token = thread_tokens.read(deps.token_key, websocket.query_params.get("token", ""), at=deps.clock.now())
        if token is None:
            await websocket.close(BAD_TOKEN, "The token has expired or is none of ours.")
            return
        deps.store.admit(token.org_id)
        thread = await deps.store.read(lambda tx: tx.thread(token.org_id, token.thread_id))
        if token.thread_id != thread_id or thread is None:
            await websocket.close(NO_SUCH_THREAD, "There is no such thread.")
            return
        sockets: OpenSockets = websocket.app.state.sockets
        with sockets.one_more(thread_id) as has_room:
            if not has_room:
                await websocket.close(TRY_LATER, "Too many sockets are open.")
                return
            await _Talk(websocket, deps, token).run()
    except WebSocketDisconnect:
        return


class _Talk:
    """One open socket."""

    def __init__(self, websocket: WebSocket, deps: ApiDeps, token: ThreadToken) -> None:
        self._websocket = websocket
        self._deps = deps
        self._token = token

    async def run(self) -> None:
        """Answer frame after frame."""
        while True:
            frame = await self._frame()
            if frame is None:
                await self._websocket.close(BAD_TOKEN, "The token has expired.")
                return
            if frame["type"] == "websocket.disconnect":
                return
            self._websocket.state.request_id = ids.new_request()
            try:
                await self._answer(frame)
            except NotFound:
                await self._websocket.close(NO_SUCH_THREAD, "There is no such thread.")
                return
            except (Problem, RingtrueError, ValidationError) as exc:
                await self._refuse(exc)
            except WebSocketDisconnect:
                raise
            except Exception as exc:  # a bug of ours: logged whole, the client is told that it is one
                await self._refuse(exc)
                await self._websocket.close(_BROKEN)
                return

    async def _frame(self) -> Mapping[str, Any] | None:
        """What comes next; None once the token has expired."""
        try:
            async with asyncio.timeout(self._left_seconds()):
                frame = await self._websocket.receive()
        except TimeoutError:
            return None
        return frame if self._left_seconds() > 0 or frame["type"] == "websocket.disconnect" else None

    def _left_seconds(self) -> float:
        return (self._token.expires_at - self._deps.clock.now()).total_seconds()

    async def _answer(self, frame: Mapping[str, Any]) -> None:
        written = self._written(_message_of(frame))
        at = self._deps.clock.now()
        answered = await self._deps.store.run(lambda tx: self._deps.chats.take(tx, written, at=at))
        await self._send(StreamFrame(data=StreamStart()))
        for token in streams.tokens(answered.text):
            await self._send(StreamFrame(data=StreamChunk(token=token.token, index=token.index)))
        await self._send(StreamFrame(data=StreamEnd(message=_shape(answered))))

    def _written(self, message: SocketMessage) -> Written:
        asked = self._websocket.query_params
        return Written(
            org_id=self._token.org_id,
            thread_id=self._token.thread_id,
            text=message.message,
            project=message.puppeteer_config_name or message.project_name or asked.get("project") or None,
            version_id=asked.get("version") or None,
            starts_new=bool(message.start_new_conversation),
        )

    async def _send(self, frame: StreamFrame) -> None:
        await self._websocket.send_text(frame.model_dump_json())

    async def _refuse(self, exc: Exception) -> None:
        response = await problems.of_any(self._websocket, exc)
        await self._websocket.send_text(json.dumps({"type": "error", "data": json.loads(bytes(response.body))}))


def _message_of(frame: Mapping[str, Any]) -> SocketMessage:
    """What the client wrote. Raises Problem and ValidationError."""
    text = frame.get("text")
    if text is None:
        raise Problem(422, "frame_not_text", "Send frames of text that hold JSON.")
    document = envelope.parse_json(text.encode())
    if not isinstance(document, dict) or document.get("type") != "message":
        raise Problem(422, "frame_unknown", "Send an object with type message and what you write as its data.")
    return SocketMessage.model_validate(document.get("data"))


def _shape(answered: Answered) -> SocketAnswer:
    extras = SocketExtras(
        conversation_id=str(answered.conversation_id),
        user_message_id=answered.user_message_id,
        reply_message_id=answered.reply_message_id,
    )
    return SocketAnswer(message=answered.text, extras=extras)
