"""What all documents share: they outlive the version of the server that they were written for.

Fields that a newer server adds are kept, values that it adds to a list of words (a status, a reason, a scope) are strings like
the known ones, and what an older server does not send has a default.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """A document of the API."""

    model_config = ConfigDict(extra="allow", frozen=True, defer_build=True)  # importing the client stays quick

    def to_dict(self) -> dict[str, Any]:
        """The document as the server gave it, fields included that this client does not know."""
        return self.model_dump(mode="json", exclude_unset=True)


class Page(Model):
    """Where the next page begins; null on the last."""

    cursor: str | None = None
