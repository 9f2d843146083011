"""Projects as clients see them."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from ringtrue.wire.pages import Pagination


class ProjectShape(BaseModel):
    """A project and its newest version."""

    model_config = ConfigDict(frozen=True, title="Project")

    id: str
    name: str
    version: int
    config_version_id: str
    created_at: str


class ProjectsShape(BaseModel):
    """A page of projects."""

    model_config = ConfigDict(frozen=True, title="Projects")

    projects: list[ProjectShape]
    pagination: Pagination


class VersionShape(BaseModel):
    """One content of a project, which never changes."""

    model_config = ConfigDict(frozen=True, title="Version")

    version: int
    config_version_id: str
    created_at: str
    yaml: str


class VersionsShape(BaseModel):
    """A page of versions, newest first."""

    model_config = ConfigDict(frozen=True, title="Versions")

    versions: list[VersionShape]
    pagination: Pagination
