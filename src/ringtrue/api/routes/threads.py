"""Threads: `/threads/...`."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from ringtrue.api import placing, schedule
from ringtrue.api.auth import Reader, Writer
from ringtrue.api.deps import Deps
from ringtrue.api.fields import ignoring
from ringtrue.calls import numbers, threads
from ringtrue.calls.store import Tx
from ringtrue.domain.records import Thread
from ringtrue.errors import InvalidInput
from ringtrue.ids import ThreadId
from ringtrue.wire.requests import ThreadRequest
from ringtrue.wire.threads import NewThreadShape, ThreadShape, UsageShape

router = APIRouter(tags=["Threads"])


@router.post("/threads", response_model=NewThreadShape, dependencies=[Depends(ignoring(ThreadRequest))])
async def create_thread(client: Writer, deps: Deps, body: ThreadRequest | None = None) -> NewThreadShape:
    """A new thread; its `json_data` seeds calls that bring none."""
    wanted = body or ThreadRequest()
    if wanted.type not in (None, "NORMAL"):
        raise InvalidInput("The only type is NORMAL.", field=("type",), code="type_unknown")
    if wanted.timezone is not None:
        schedule.zone(wanted.timezone)
    data = placing.data_of(wanted.json_data) or {}
    at = deps.clock.now()

    def work(tx: Tx) -> Thread:
        project = tx.project_by_name(client.org_id, wanted.project_name) if wanted.project_name is not None else None
        if wanted.project_name is not None and project is None:
            raise InvalidInput("There is no such project.", field=("project_name",), code="project_unknown")
        new = threads.NewThread(
            org_id=client.org_id,
            project_id=project.id if project is not None else None,
            party=_party(wanted.user_phone_number, deps.policy.home_country),
            timezone=wanted.timezone,
            email=wanted.user_email,
            json_data=data,
        )
        return threads.create(tx, new, at=at)

    thread = await deps.store.run(work)
    return NewThreadShape(thread_id=thread.id)


def _party(number: str | None, home_country: str) -> str | None:
    if number is None:
        return None
    try:
        return numbers.to_e164(number, home_country=home_country)
    except InvalidInput as exc:
        raise InvalidInput(exc.sentence, field=("user_phone_number",), code=exc.detail_code) from exc


@router.get("/threads/{thread_id}", response_model=ThreadShape, dependencies=[Depends(ignoring())])
async def get_thread(thread_id: str, client: Reader, deps: Deps) -> ThreadShape:
    """A thread and what it used."""
    thread_key = ThreadId(thread_id)
    thread, minutes = await deps.store.read(
        lambda tx: (threads.get(tx, client.org_id, thread_key), threads.voice_minutes(tx, thread_key))
    )
    usage = UsageShape(
        billable_messages=0, billable_message_cost=0.0, voice_minutes=float(minutes), voice_cost=0.0, total_cost=0.0
    )
    return ThreadShape(id=thread.id, usage=usage, alias=thread.alias, timezone=thread.timezone)
