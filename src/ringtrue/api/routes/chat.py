"""Conversations in writing: `POST /chat`."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from ringtrue.api import streams
from ringtrue.api.auth import ThreadWriter
from ringtrue.api.deps import Deps
from ringtrue.api.fields import ignoring
from ringtrue.api.joining import tell_at_commit
from ringtrue.api.once import OnceRoute
from ringtrue.api.problems import COMPONENTS
from ringtrue.api.refusals import refuses
from ringtrue.calls.chats import Answered, Written
from ringtrue.wire.chat import ChatExtras, ChatRequest, ChatShape, ChatTokenShape

router = APIRouter(tags=["Chat"], route_class=OnceRoute)
_STREAMED = {
    "description": "The answer; with `streaming`, a `ChatToken` on each line and the `ChatAnswer` on the last.",
    "content": {
        streams.MEDIA_TYPE: {"schema": {"anyOf": [ChatTokenShape.model_json_schema(), {"$ref": f"{COMPONENTS}ChatShape"}]}}
    },
}


@router.post(
    "/chat",
    response_model=ChatShape,
    dependencies=[Depends(ignoring(ChatRequest))],
    responses={200: _STREAMED},
)
@refuses(
    "not_found", "project_unknown", "project_invalid", "project_required", "version_unknown", "variables_invalid", "wrong_state"
)
async def send_message(body: ChatRequest, client: ThreadWriter, deps: Deps) -> ChatShape | Response:
    """Write to the agent of a thread and read its answer. The first message of a conversation opens it, as an answered call does.

    A conversation keeps the version of its project with which it began; when its agent has ended it, the next message begins
    another. What prompts know is the thread's `json_data`.
    """
    is_streamed = bool(body.streaming)
    written = Written(
        org_id=client.org_id,
        thread_id=client.thread(body.thread_id),
        text=body.message,
        project=body.puppeteer_config_name or body.project_name,
        version_id=body.config_version_id,
        starts_new=bool(body.start_new_conversation),
    )
    at = deps.clock.now()
    tell_at_commit(200, _streamed if is_streamed else shape)
    answered = await deps.store.run(lambda tx: deps.chats.take(tx, written, at=at))
    return Response(_streamed(answered), media_type=streams.MEDIA_TYPE) if is_streamed else shape(answered)


def shape(answered: Answered) -> ChatShape:
    """The answer as clients read it."""
    extras = ChatExtras(
        user_message_id=answered.user_message_id,
        conversation_id=answered.conversation_id,
        reply_message_id=answered.reply_message_id,
    )
    return ChatShape(message=answered.text, extras=extras)


def _streamed(answered: Answered) -> str:
    return streams.body(shape(answered))
