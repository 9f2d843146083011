"""Projects: the configurations of agents, in numbered versions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from ringtrue.client import requests
from ringtrue.client.asynchronous.connection import AsyncConnection
from ringtrue.client.models.organization import Project, ProjectsPage, ProjectVersion, VersionsPage


class AsyncProjects:
    """`client.projects`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def list(self) -> AsyncIterator[Project]:
        """Every project with its newest version."""
        query: dict[str, str | None] = {}
        while True:
            page = await self._connection.ask(requests.get("/projects", query), ProjectsPage)
            for project in page.projects:
                yield project
            query["cursor"] = page.pagination.cursor
            if query["cursor"] is None:
                return

    async def get(self, project: str) -> Project:
        """The project of that name or id."""
        return await self._connection.ask(requests.get(requests.path("projects", project)), Project)

    async def apply(self, name: str, yaml: str) -> Project:
        """Make the file the project's newest version; unchanged content makes none.

        Raises InvalidRequest, whose `errors` hold the line and column of every mistake.
        """
        request = requests.put_yaml(requests.path("projects", name), yaml)
        return await self._connection.ask(request, Project)

    async def versions(self, project: str, *, limit: int | None = None) -> AsyncIterator[ProjectVersion]:
        """Its versions with their files, newest first, at most `limit` of them."""
        query: dict[str, str | int | Sequence[str] | None] = {}
        found = 0
        while limit is None or found < limit:
            query["limit"] = requests.page_size(limit, found)
            page = await self._connection.ask(requests.get(requests.path("projects", project, "versions"), query), VersionsPage)
            for version in page.versions:
                yield version
            found += len(page.versions)
            query["cursor"] = page.pagination.cursor
            if query["cursor"] is None:
                return
