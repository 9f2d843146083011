"""What an organization may ring, and how often: the rules that hold beside those of every numbering plan."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class Caps:
    """How many calls an organization may let ring: within any minute, any 24 hours, and to one callee within any 24 hours.

    None is no cap.
    """

    per_minute: int | None = None
    per_day: int | None = None
    same_callee_per_day: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DialRules:
    """An organization's own rules; where one is None, the server's holds. A cap of 0 is none."""

    countries: tuple[str, ...] | None = None
    internal_destinations: tuple[str, ...] | None = None
    caps: Caps = field(default_factory=Caps)
