"""What every list answers with beside its entries."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Pagination(BaseModel):
    """Where the next page begins; null on the last."""

    model_config = ConfigDict(frozen=True)

    cursor: str | None
