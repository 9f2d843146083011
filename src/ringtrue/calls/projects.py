"""Projects and their immutable, numbered versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ringtrue import ids
from ringtrue.calls.project_file import ProjectFiles
from ringtrue.calls.store import Tx
from ringtrue.domain.records import Project, ProjectVersion
from ringtrue.errors import InvalidInput, NotFound
from ringtrue.ids import OrgId, ProjectId


@dataclass(frozen=True, kw_only=True, slots=True)
class Applied:
    """A project with the version that is now its latest, and what the request made new."""

    project: Project
    version: ProjectVersion
    is_new_project: bool
    is_new_version: bool


def apply(tx: Tx, org_id: OrgId, name: str, yaml: str, *, files: ProjectFiles, at: datetime) -> Applied:
    """Make `yaml` the newest version of the project, creating it at need; unchanged content makes no new version.

    Raises ProjectInvalid, and InvalidInput when the file bears another name than the request.
    """
    terms = files.read(yaml)
    if terms.name != name:
        raise InvalidInput("The file's name is not the project's: change one of the two.", field=("name",), code="name_differs")
    project = tx.project_by_name(org_id, name)
    is_new = project is None
    if project is None:
        project = Project(id=ids.new_project(), org_id=org_id, name=name, created_at=at)
        tx.add_project(project)
    latest = tx.latest_version(project.id)
    if latest is not None and files.same(latest.yaml, yaml):
        return Applied(project=project, version=latest, is_new_project=False, is_new_version=False)
    number = latest.number + 1 if latest else 1
    version = ProjectVersion(id=ids.new_version(at), project_id=project.id, number=number, yaml=yaml, created_at=at)
    tx.add_version(version)
    return Applied(project=project, version=version, is_new_project=is_new, is_new_version=True)


def find_project(tx: Tx, org_id: OrgId, name_or_id: str, *, field: str) -> Project:
    """The organization's project of that id or name. Raises InvalidInput naming `field`."""
    project = tx.project(org_id, ProjectId(name_or_id)) or tx.project_by_name(org_id, name_or_id)
    if project is None:
        raise InvalidInput(
            "There is no such project; `ringtrue projects list` shows them.", field=(field,), code="project_unknown"
        )
    return project


def latest(tx: Tx, project: Project) -> ProjectVersion:
    """The project's newest version. Raises NotFound when it has none."""
    version = tx.latest_version(project.id)
    if version is None:
        raise NotFound("The project has no version yet.")
    return version
