"""What the operator's options mean for calls that go out: the trunk, and the policy that both processes ask."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ringtrue.calls import internal
from ringtrue.calls.dial_policy import DialPolicy
from ringtrue.domain.dial_rules import Caps
from ringtrue.errors import InvalidInput, SetupError
from ringtrue.settings import SIMULATED, Settings
from ringtrue.telephony.sip_config import Trunk, is_loopback

# A small practice's busiest hour is far below them, and a leaked key's bill stays small. No telephone of this machine pays or
# is woken, so that a trunk on it has none unless they are asked for.
DEFAULT_CAPS = Caps(per_minute=60, per_day=2000, same_callee_per_day=10)


def trunk_of(settings: Settings) -> Trunk | None:
    """Where calls go out; None without a trunk."""
    match = re.fullmatch(r"sip:(?:([^@]+)@)?(\[[^\]]+\]|[^:]+)(?::(\d+))?", settings.trunk or "")
    if match is None:
        return None
    return Trunk(host=match[2].strip("[]"), port=int(match[3] or 5060), user=match[1], password=settings.trunk_password)


def policy_of(settings: Settings, *, is_simulated: bool) -> DialPolicy:
    """The policy for every organization that has no rules of its own."""
    return DialPolicy(
        has_trunk=settings.trunk is not None,
        simulated=is_simulated,
        home_country=settings.country,
        countries=settings.allow_country or (settings.country,),
        is_limit=bool(settings.allow_country),
        internal_destinations=settings.internal_destination,
        caps=_caps(settings),
        outside_prefix=settings.dial_format.rpartition(":")[0],
    )


def parse_internal(patterns: Sequence[str]) -> tuple[str, ...]:
    """The patterns of `--internal-destination` in their normal form. Raises SetupError."""
    try:
        return tuple(internal.checked(pattern) for pattern in patterns)
    except InvalidInput as exc:
        raise SetupError(f"--internal-destination: {exc.sentence}", exit_code=2) from exc


def _caps(settings: Settings) -> Caps:
    """As asked for, 0 for none; else the defaults, where a trunk leads off this machine."""
    trunk = trunk_of(settings)
    is_here = settings.trunk == SIMULATED or trunk is None or is_loopback(trunk.host)
    default = Caps() if is_here else DEFAULT_CAPS

    def chosen(asked: int | None, otherwise: int | None) -> int | None:
        return otherwise if asked is None else asked or None

    return Caps(
        per_minute=chosen(settings.calls_per_minute, default.per_minute),
        per_day=chosen(settings.calls_per_day, default.per_day),
        same_callee_per_day=chosen(settings.calls_per_callee, default.same_callee_per_day),
    )
