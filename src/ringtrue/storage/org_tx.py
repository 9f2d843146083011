"""The room of organizations, keys, projects."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ringtrue.domain.records import ApiKey, Organization, Project, ProjectVersion
from ringtrue.ids import OrgId, ProjectId, VersionId
from ringtrue.storage import rows
from ringtrue.storage.sql import Sql

KEY_BY_HASH = "SELECT * FROM api_keys WHERE key_hash = :key_hash"
IS_FIRST = "SELECT (SELECT id FROM orgs ORDER BY created_at, id LIMIT 1) = :org_id AS is_first"
_BEYOND = 1 << 31  # every version's number


class OrgRoom:
    """Organizations, keys, projects."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add_org(self, org: Organization) -> None:
        """Insert it."""
        self._sql.change(
            "INSERT INTO orgs (id, name, created_at) VALUES (:id, :name, :created_at)",
            {"id": org.id, "name": org.name, "created_at": rows.micros(org.created_at)},
        )

    def orgs(self) -> Sequence[Organization]:
        """All of them, oldest first."""
        return [rows.to_organization(row) for row in self._sql.all("SELECT * FROM orgs ORDER BY created_at, id")]

    def is_first_org(self, org_id: OrgId) -> bool:
        """Whether it is the oldest one."""
        row = self._sql.one(IS_FIRST, org_id=org_id)
        return row is not None and bool(row["is_first"])

    def add_api_key(self, key: ApiKey) -> None:
        """Insert it."""
        self._sql.change(
            """
            INSERT INTO api_keys (id, org_id, name, scope, key_hash, created_at, last_used_at, revoked_at)
            VALUES (:id, :org_id, :name, :scope, :key_hash, :created_at, :last_used_at, :revoked_at)
            """,
            {
                "id": key.id,
                "org_id": key.org_id,
                "name": key.name,
                "scope": key.scope,
                "key_hash": key.key_hash,
                "created_at": rows.micros(key.created_at),
                "last_used_at": rows.maybe_micros(key.last_used_at),
                "revoked_at": rows.maybe_micros(key.revoked_at),
            },
        )

    def api_key_by_hash(self, key_hash: str) -> ApiKey | None:
        """The key of that hash, revoked ones too."""
        row = self._sql.one(KEY_BY_HASH, key_hash=key_hash)
        return rows.to_api_key(row) if row else None

    def api_keys(self, org_id: OrgId) -> Sequence[ApiKey]:
        """Those that are not revoked, oldest first."""
        found = self._sql.all(
            "SELECT * FROM api_keys WHERE org_id = :org_id AND revoked_at IS NULL ORDER BY created_at, id", org_id=org_id
        )
        return [rows.to_api_key(row) for row in found]

    def revoke_api_key(self, org_id: OrgId, key_id: str, at: datetime) -> None:
        """It opens nothing any more."""
        self._sql.change(
            "UPDATE api_keys SET revoked_at = :at WHERE id = :id AND org_id = :org_id",
            {"id": key_id, "org_id": org_id, "at": rows.micros(at)},
        )

    def touch_api_key(self, org_id: OrgId, key_id: str, at: datetime) -> None:
        """Note that it was used; an earlier instant changes nothing."""
        self._sql.change(
            """
            UPDATE api_keys SET last_used_at = :at
            WHERE id = :id AND org_id = :org_id AND (last_used_at IS NULL OR last_used_at < :at)
            """,
            {"id": key_id, "org_id": org_id, "at": rows.micros(at)},
        )

    def add_project(self, project: Project) -> None:
        """Insert it."""
        self._sql.change(
            "INSERT INTO projects (id, org_id, name, created_at) VALUES (:id, :org_id, :name, :created_at)",
            {
                "id": project.id,
                "org_id": project.org_id,
                "name": project.name,
                "created_at": rows.micros(project.created_at),
            },
        )

    def project(self, org_id: OrgId, project_id: ProjectId) -> Project | None:
        """The organization's project of that id."""
        row = self._sql.one("SELECT * FROM projects WHERE id = :id AND org_id = :org_id", id=project_id, org_id=org_id)
        return rows.to_project(row) if row else None

    def project_by_name(self, org_id: OrgId, name: str) -> Project | None:
        """The organization's project of that name."""
        row = self._sql.one("SELECT * FROM projects WHERE org_id = :org_id AND name = :name", org_id=org_id, name=name)
        return rows.to_project(row) if row else None

    def projects(self, org_id: OrgId) -> Sequence[Project]:
        """All of them, by name."""
        found = self._sql.all("SELECT * FROM projects WHERE org_id = :org_id ORDER BY name", org_id=org_id)
        return [rows.to_project(row) for row in found]

    def add_version(self, version: ProjectVersion) -> None:
        """Insert it."""
        self._sql.change(
            """
            INSERT INTO versions (id, project_id, number, yaml, created_at)
            VALUES (:id, :project_id, :number, :yaml, :created_at)
            """,
            {
                "id": version.id,
                "project_id": version.project_id,
                "number": version.number,
                "yaml": version.yaml,
                "created_at": rows.micros(version.created_at),
            },
        )

    def version(self, version_id: VersionId) -> ProjectVersion | None:
        """The version of that id."""
        row = self._sql.one("SELECT * FROM versions WHERE id = :id", id=version_id)
        return rows.to_version(row) if row else None

    def version_of(self, project_id: ProjectId, version_id: VersionId) -> ProjectVersion | None:
        """The version of that id when it is one of the project's."""
        row = self._sql.one(
            "SELECT * FROM versions WHERE id = :id AND project_id = :project_id", id=version_id, project_id=project_id
        )
        return rows.to_version(row) if row else None

    def versions(self, project_id: ProjectId, *, below: int | None, limit: int) -> Sequence[ProjectVersion]:
        """The project's versions, newest first, at most `limit`, with numbers below that one."""
        found = self._sql.all(
            "SELECT * FROM versions WHERE project_id = :project_id AND number < :below ORDER BY number DESC LIMIT :limit",
            project_id=project_id,
            below=_BEYOND if below is None else below,
            limit=limit,
        )
        return [rows.to_version(row) for row in found]

    def latest_version(self, project_id: ProjectId) -> ProjectVersion | None:
        """The version with the highest number."""
        row = self._sql.one(
            "SELECT * FROM versions WHERE project_id = :project_id ORDER BY number DESC LIMIT 1", project_id=project_id
        )
        return rows.to_version(row) if row else None
