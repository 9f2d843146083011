"""Projects: the configurations of agents, in numbered versions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ringtrue.client import requests
from ringtrue.client.models.organization import Project, ProjectsPage, ProjectVersion, VersionsPage
from ringtrue.client.synchronous.connection import Connection


class Projects:
    """`client.projects`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list(self) -> Iterator[Project]:
        """Every project with its newest version."""
        query: dict[str, str | None] = {}
        while True:
            page = self._connection.ask(requests.get("/projects", query), ProjectsPage)
            yield from page.projects
            query["cursor"] = page.pagination.cursor
            if query["cursor"] is None:
                return

    def get(self, project: str) -> Project:
        """The project of that name or id."""
        return self._connection.ask(requests.get(requests.path("projects", project)), Project)

    def apply(self, name: str, yaml: str) -> Project:
        """Make the file the project's newest version; unchanged content makes none.

        Raises InvalidRequest, whose `errors` hold the line and column of every mistake.
        """
        request = requests.put_yaml(requests.path("projects", name), yaml)
        return self._connection.ask(request, Project)

    def versions(self, project: str, *, limit: int | None = None) -> Iterator[ProjectVersion]:
        """Its versions with their files, newest first, at most `limit` of them."""
        query: dict[str, str | int | Sequence[str] | None] = {}
        found = 0
        while limit is None or found < limit:
            query["limit"] = requests.page_size(limit, found)
            page = self._connection.ask(requests.get(requests.path("projects", project, "versions"), query), VersionsPage)
            yield from page.versions
            found += len(page.versions)
            query["cursor"] = page.pagination.cursor
            if query["cursor"] is None:
                return
