"""Threads: `/threads/...`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from ringtrue.api import cursors, placing, schedule
from ringtrue.api.auth import Reader, ThreadReader, Writer
from ringtrue.api.deps import Deps
from ringtrue.api.fields import MOST_OF_A_PAGE, ignoring, refusing
from ringtrue.api.joining import tell_at_commit
from ringtrue.api.once import OnceRoute
from ringtrue.api.refusals import DIALLED, JSON_DATA, refuses
from ringtrue.calls import numbers, threads
from ringtrue.calls.store import Tx
from ringtrue.clock import rfc3339
from ringtrue.domain.listing import Place
from ringtrue.domain.records import Thread
from ringtrue.errors import InvalidInput
from ringtrue.ids import ProjectId, ThreadId
from ringtrue.wire.pages import Pagination
from ringtrue.wire.requests import ThreadChange, ThreadRequest
from ringtrue.wire.threads import NewThreadShape, ThreadShape, ThreadsShape, ThreadSummaryShape, UsageShape

router = APIRouter(tags=["Threads"], route_class=OnceRoute)


@router.post("/threads", response_model=NewThreadShape, dependencies=[Depends(ignoring(ThreadRequest))])
@refuses(*DIALLED, "type_unknown", "project_unknown", "timezone_unknown", *JSON_DATA)
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

    tell_at_commit(200, _new)
    return _new(await deps.store.run(work))


def _new(thread: Thread) -> NewThreadShape:
    return NewThreadShape(thread_id=thread.id)


@router.get("/threads", response_model=ThreadsShape, dependencies=[Depends(refusing(query=("cursor", "limit", "project_name")))])
@refuses("cursor_invalid")
async def list_threads(
    client: Reader,
    deps: Deps,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST_OF_A_PAGE)] = 20,
    project_name: str | None = None,
) -> ThreadsShape:
    """The organization's threads, newest first."""
    scope = f"threads {client.org_id} {project_name!r}"
    after = None if cursor is None else cursors.to_place(cursors.read(deps.link_key, cursor, scope=scope))

    def work(tx: Tx) -> tuple[Sequence[Thread], Mapping[ProjectId, str]]:
        names = {project.id: project.name for project in tx.projects(client.org_id)}
        wanted = next((id_ for id_, name in names.items() if name == project_name), None)
        if project_name is not None and wanted is None:
            return (), names
        return tx.page_of_threads(client.org_id, wanted, after=after, limit=limit + 1), names

    found, names = await deps.store.read(work)
    shown = found[:limit]
    last = Place(created_at=shown[-1].created_at, id=shown[-1].id) if len(found) > limit else None
    more = None if last is None else cursors.mint(deps.link_key, cursors.of_place(last), scope=scope)
    return ThreadsShape(threads=[_summary(one, names) for one in shown], pagination=Pagination(cursor=more))


def _summary(thread: Thread, names: Mapping[ProjectId, str]) -> ThreadSummaryShape:
    return ThreadSummaryShape(
        id=thread.id,
        alias=thread.alias,
        timezone=thread.timezone,
        project_name=names.get(thread.project_id) if thread.project_id is not None else None,
        created_at=rfc3339(thread.created_at),
    )


@router.patch("/threads/{thread_id}", response_model=ThreadShape, dependencies=[Depends(refusing(ThreadChange))])
@refuses("timezone_unknown")
async def change_thread(thread_id: str, body: ThreadChange, client: Writer, deps: Deps) -> ThreadShape:
    """Give a thread another alias or zone."""
    if body.timezone is not None:
        schedule.zone(body.timezone)
    changes = body.model_dump(exclude_unset=True)

    def work(tx: Tx) -> None:
        tx.put_thread(replace(threads.get(tx, client.org_id, ThreadId(thread_id)), **changes))

    await deps.store.run(work)
    return await get_thread(thread_id, client, deps)


def _party(number: str | None, home_country: str) -> str | None:
    if number is None:
        return None
    try:
        return numbers.to_e164(number, home_country=home_country)
    except InvalidInput as exc:
        raise InvalidInput(exc.sentence, field=("user_phone_number",), code=exc.detail_code) from exc


@router.get("/threads/{thread_id}", response_model=ThreadShape, dependencies=[Depends(ignoring())])
async def get_thread(thread_id: str, client: ThreadReader, deps: Deps) -> ThreadShape:
    """A thread and what it used: answers in writing and minutes of conversation, at the prices that the operator set."""
    thread_key = client.thread(thread_id)
    thread, used = await deps.store.read(
        lambda tx: (threads.get(tx, client.org_id, thread_key), threads.usage(tx, client.org_id, thread_key, deps.prices))
    )
    usage = UsageShape(
        billable_messages=used.n_answers,
        billable_message_cost=float(used.message_cost),
        voice_minutes=float(used.minutes),
        voice_cost=float(used.voice_cost),
        total_cost=float(used.total_cost),
    )
    return ThreadShape(id=thread.id, usage=usage, alias=thread.alias, timezone=thread.timezone)
