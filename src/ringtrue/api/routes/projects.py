"""Projects: `/projects/...` and the schema of their files."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from ringtrue.api import cursors, translate
from ringtrue.api.auth import Reader, Writer
from ringtrue.api.deps import Deps
from ringtrue.api.fields import MOST_OF_A_PAGE, refusing
from ringtrue.api.problems import Problem
from ringtrue.api.refusals import refuses
from ringtrue.calls import projects
from ringtrue.calls.project_file import ProjectFiles
from ringtrue.calls.store import Tx
from ringtrue.domain.records import Project, ProjectVersion
from ringtrue.errors import NotFound, ProjectFault, ProjectInvalid
from ringtrue.ids import OrgId, ProjectId
from ringtrue.wire.pages import Pagination
from ringtrue.wire.projects import ProjectShape, ProjectsShape, VersionsShape

router = APIRouter(tags=["Projects"])

_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/yaml": {"schema": {"type": "string"}}, "application/json": {"schema": {"type": "object"}}},
    }
}


@router.get("/projects", response_model=ProjectsShape, dependencies=[Depends(refusing())])
async def list_projects(client: Reader, deps: Deps) -> ProjectsShape:
    """Every project, by name."""

    def work(tx: Tx) -> list[ProjectShape]:
        found = []
        for project in tx.projects(client.org_id):
            version = tx.latest_version(project.id)
            if version is not None:
                found.append(translate.project_shape(project, version))
        return found

    return ProjectsShape(projects=await deps.store.read(work), pagination=Pagination(cursor=None))


@router.get("/projects/{name}", response_model=ProjectShape, dependencies=[Depends(refusing())])
async def get_project(name: str, client: Reader, deps: Deps) -> ProjectShape:
    """One project, by name or id."""

    def work(tx: Tx) -> ProjectShape:
        project = _find(tx, client.org_id, name)
        return translate.project_shape(project, projects.latest(tx, project))

    return await deps.store.read(work)


def _find(tx: Tx, org_id: OrgId, name_or_id: str) -> Project:
    project = tx.project(org_id, ProjectId(name_or_id)) or tx.project_by_name(org_id, name_or_id)
    if project is None:
        raise NotFound("There is no such project.")
    return project


@router.get(
    "/projects/{name}/versions", response_model=VersionsShape, dependencies=[Depends(refusing(query=("cursor", "limit")))]
)
@refuses("cursor_invalid")
async def list_versions(
    name: str,
    client: Reader,
    deps: Deps,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST_OF_A_PAGE)] = 20,
) -> VersionsShape:
    """Every version of a project, newest first, each with its file."""

    def work(tx: Tx) -> tuple[str, Sequence[ProjectVersion]]:
        project = _find(tx, client.org_id, name)
        scope = f"versions {client.org_id} {project.id}"
        below = None if cursor is None else int(cursors.read(deps.link_key, cursor, scope=scope))
        return scope, tx.versions(project.id, below=below, limit=limit + 1)

    scope, found = await deps.store.read(work)
    shown = found[:limit]
    more = cursors.mint(deps.link_key, str(shown[-1].number), scope=scope) if len(found) > limit else None
    return VersionsShape(versions=[translate.version_shape(one) for one in shown], pagination=Pagination(cursor=more))


@router.put(
    "/projects/{name}",
    response_model=ProjectShape,
    dependencies=[Depends(refusing(takes_file=True))],
    responses={201: {"model": ProjectShape, "description": "The project or this version of it is new."}},
    openapi_extra=_BODY,
)
@refuses("body_missing", "name_differs", "project_invalid")
async def apply_project(name: str, request: Request, client: Writer, deps: Deps, response: Response) -> ProjectShape:
    """Make the file the project's newest version; unchanged content makes none."""
    body = await request.body()
    if not body:
        raise Problem(422, "body_missing", "Send the project file as application/yaml, or the same as JSON.")
    # Checked before the transaction, which then finds the file read: whoever writes meanwhile need not wait for a large one.
    yaml = await asyncio.to_thread(_text, body, request.headers.get("content-type", ""), deps.files)
    at = deps.clock.now()
    applied = await deps.store.run(lambda tx: projects.apply(tx, client.org_id, name, yaml, files=deps.files, at=at))
    response.status_code = 201 if applied.is_new_project or applied.is_new_version else 200
    return translate.applied_shape(applied)


def _text(body: bytes, content_type: str, files: ProjectFiles) -> str:
    """The YAML of a valid project file. Raises ProjectInvalid."""
    kind = content_type.partition(";")[0].strip().lower()
    try:
        yaml = body.decode("utf-8") if "yaml" in kind else files.from_json(json.loads(body))
    except UnicodeDecodeError as exc:
        before = body[: exc.start].decode("utf-8")
        fault = ProjectFault(
            line=before.count("\n") + 1,
            column=len(before) - before.rfind("\n"),
            path="",
            message="The file is not UTF-8.",
            remedy="Save it as UTF-8 text.",
        )
        raise ProjectInvalid([fault]) from exc
    files.read(yaml)
    return yaml


@router.get("/schemas/project.json", response_model=None)
async def get_project_schema(deps: Deps) -> dict[str, object]:
    """The JSON Schema of a project file, for editors."""
    return dict(deps.project_schema)
