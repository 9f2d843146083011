"""What an organization has: projects, numbers, suppressed numbers, webhooks, API keys."""

from __future__ import annotations

from collections.abc import Sequence

from ringtrue.client.models.document import Model, Page


class Project(Model):
    """A project and its newest version."""

    id: str
    name: str
    version: int
    config_version_id: str | None = None
    created_at: str | None = None


class ProjectsPage(Model):
    """A page of projects."""

    projects: Sequence[Project]
    pagination: Page = Page()


class ProjectVersion(Model):
    """One content of a project, which never changes."""

    version: int
    config_version_id: str
    created_at: str
    yaml: str


class VersionsPage(Model):
    """A page of versions."""

    versions: Sequence[ProjectVersion]
    pagination: Page


class Number(Model):
    """A number of ours and the project that answers it."""

    number: str
    project: str
    created_at: str | None = None


class NumberList(Model):
    """Every number."""

    numbers: Sequence[Number]


class Suppression(Model):
    """A number that is never rung."""

    number: str
    reason: str
    created_at: str | None = None


class Webhook(Model):
    """Where events are sent; `events` are names such as `call.ended`."""

    id: str
    url: str
    events: Sequence[str] = ()
    enabled: bool = True
    created_at: str | None = None


class NewWebhook(Webhook):
    """A new webhook with the secret of its signatures, which is shown this once."""

    secret: str


class WebhookList(Model):
    """Every webhook."""

    webhooks: Sequence[Webhook]


class NewListener(Model):
    """A new listener with the secret to sign what is forwarded, which is shown this once."""

    id: str
    events: Sequence[str] = ()
    secret: str
    created_at: str | None = None


class HandedEvent(Model):
    """An event for a listener: `id` is the delivery's, `body` what a webhook would be sent, byte for byte."""

    id: str
    event_id: str
    type: str
    body: str


class HandedEvents(Model):
    """The oldest events that a listener is not done with."""

    deliveries: Sequence[HandedEvent]


class ApiKey(Model):
    """An API key without the key itself; `scope` is `read`, `full` or `admin`."""

    id: str
    name: str
    scope: str
    created_at: str | None = None
    last_used_at: str | None = None


class NewApiKey(ApiKey):
    """A new API key with the key itself, which is shown this once."""

    key: str


class ApiKeyList(Model):
    """Every API key that opens something."""

    api_keys: Sequence[ApiKey]
