"""Numbers of ours and numbers that are never rung: `/numbers`, `/suppressions`."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from ringtrue.api.auth import Reader, Writer
from ringtrue.api.deps import Deps
from ringtrue.api.fields import refusing
from ringtrue.api.once import OnceRoute
from ringtrue.api.refusals import DIALLED, refuses
from ringtrue.calls import dial_policy, numbers, reachable
from ringtrue.calls.store import Tx
from ringtrue.clock import rfc3339
from ringtrue.domain.records import Number, Suppression
from ringtrue.wire.organization import NumberRequest, NumberShape, NumbersShape, SuppressionRequest, SuppressionShape

router = APIRouter(route_class=OnceRoute)


@router.get("/numbers", response_model=NumbersShape, dependencies=[Depends(refusing())], tags=["Numbers"])
async def list_numbers(client: Reader, deps: Deps) -> NumbersShape:
    """Every number of the organization, oldest first."""
    found = await deps.store.read(lambda tx: [_number(tx, number) for number in tx.numbers(client.org_id)])
    return NumbersShape(numbers=found)


@router.put(
    "/numbers/{number}",
    response_model=NumberShape,
    dependencies=[Depends(refusing(NumberRequest))],
    responses={201: {"model": NumberShape, "description": "The number is new."}},
    tags=["Numbers"],
)
@refuses(*DIALLED, "project_unknown", "number_taken")
async def put_number(number: str, body: NumberRequest, client: Writer, deps: Deps, response: Response) -> NumberShape:
    """Let calls to a number reach a project. Calls that go out for that project show it."""
    e164 = _e164(number, deps.policy.home_country)
    at = deps.clock.now()

    def work(tx: Tx) -> tuple[NumberShape, bool]:
        put, is_new = reachable.put_number(tx, client.org_id, e164, body.project, at=at)
        return _number(tx, put), is_new

    shape, is_new = await deps.store.run(work)
    response.status_code = 201 if is_new else 200
    return shape


@router.delete("/numbers/{number}", status_code=204, dependencies=[Depends(refusing())], tags=["Numbers"])
@refuses(*DIALLED)
async def delete_number(number: str, client: Writer, deps: Deps) -> None:
    """Answer calls to a number no more."""
    e164 = _e164(number, deps.policy.home_country)
    await deps.store.run(lambda tx: reachable.drop_number(tx, client.org_id, e164))


@router.get("/suppressions/{number}", response_model=SuppressionShape, dependencies=[Depends(refusing())], tags=["Suppressions"])
@refuses(*DIALLED)
async def get_suppression(number: str, client: Reader, deps: Deps) -> SuppressionShape:
    """Why a number is never rung; 404 where it may be."""
    party = _party(number, deps.policy.home_country)
    return _suppression(await deps.store.read(lambda tx: reachable.suppression(tx, client.org_id, party)))


@router.put(
    "/suppressions/{number}",
    response_model=SuppressionShape,
    dependencies=[Depends(refusing(SuppressionRequest))],
    responses={201: {"model": SuppressionShape, "description": "The number was not suppressed before."}},
    tags=["Suppressions"],
)
@refuses(*DIALLED)
async def put_suppression(
    number: str, client: Writer, deps: Deps, response: Response, body: SuppressionRequest | None = None
) -> SuppressionShape:
    """Never ring a number again, nor for calls that wait already."""
    party = _party(number, deps.policy.home_country)
    at, reason = deps.clock.now(), (body or SuppressionRequest()).reason
    found, is_new = await deps.store.run(lambda tx: reachable.suppress(tx, client.org_id, party, reason, at=at))
    response.status_code = 201 if is_new else 200
    return _suppression(found)


@router.delete("/suppressions/{number}", status_code=204, dependencies=[Depends(refusing())], tags=["Suppressions"])
@refuses(*DIALLED)
async def delete_suppression(number: str, client: Writer, deps: Deps) -> None:
    """Let a number be rung again."""
    party = _party(number, deps.policy.home_country)
    await deps.store.run(lambda tx: reachable.allow(tx, client.org_id, party))


def _e164(number: str, home_country: str) -> str:
    return numbers.to_e164(number, home_country=home_country, field="number")


def _party(number: str, home_country: str) -> str:
    return dial_policy.party(number, home_country=home_country, field="number")


def _number(tx: Tx, number: Number) -> NumberShape:
    project = tx.project(number.org_id, number.project_id)
    return NumberShape(
        number=number.e164, project=project.name if project is not None else "", created_at=rfc3339(number.created_at)
    )


def _suppression(found: Suppression) -> SuppressionShape:
    return SuppressionShape(number=found.party, reason=found.reason, created_at=rfc3339(found.created_at))
