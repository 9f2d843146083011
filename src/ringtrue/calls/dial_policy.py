"""Whether a call may ring: asked when it is accepted, and once more in the transaction that commits to its ring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ringtrue.calls import caps, internal, numbers
from ringtrue.calls.project_file import ProjectFiles
from ringtrue.calls.store import Tx
from ringtrue.domain.call import Call
from ringtrue.domain.dial_rules import Caps, DialRules
from ringtrue.errors import InvalidInput, NotAllowed, ProjectInvalid, TooManyCalls
from ringtrue.ids import OrgId


@dataclass(frozen=True, kw_only=True, slots=True)
class DialPolicy:
    """What the operator configured for calls that go out; an organization's own rules come before it.

    `countries` are a default, which a project may replace, unless the operator named them as the limit (`is_limit`).
    `internal_destinations` are the first organization's alone: another's extensions may be somebody else's telephones.
    `outside_prefix` is what the PBX takes for the way out, before whichever number.
    """

    has_trunk: bool
    simulated: bool
    home_country: str
    countries: tuple[str, ...]
    is_limit: bool = False
    internal_destinations: tuple[str, ...] = ()
    caps: Caps = field(default_factory=Caps)
    outside_prefix: str = ""


def destination(tx: Tx, org_id: OrgId, text: str, policy: DialPolicy) -> str:
    """What a request's callee stands for: E.164, or an extension or SIP URI that is internal to the organization.

    Raises InvalidInput, and NotAllowed for short and emergency codes and for URIs that no pattern names.
    """
    plain = internal.normal(text)
    if plain is not None and _is_emergency(plain, policy):
        raise NotAllowed("Emergency numbers are never called.", reason="emergency_number")
    if plain is not None and internal.matches(plain, _internal_destinations(tx, org_id, tx.dial_rules(org_id), policy)):
        return plain
    if plain is not None and internal.is_uri(plain):
        raise NotAllowed(
            "This SIP address is none of the organization's internal destinations: let the operator add it, "
            "or call a telephone number.",
            reason="internal_destination_not_allowed",
        )
    if internal.is_uri(text):
        raise InvalidInput(
            "Write a SIP address as sip:USER@HOST, without parameters or headers.", field=("callee",), code="number_invalid"
        )
    return numbers.to_e164(text, home_country=policy.home_country)


def party(text: str, *, home_country: str, field: str) -> str:
    """What a number, extension or SIP URI is kept as, whether or not it may be rung. Raises InvalidInput, NotAllowed."""
    return internal.normal(text) or numbers.to_e164(text, home_country=home_country, field=field)


def check(tx: Tx, org_id: OrgId, callee: str, *, of_project: Sequence[str] | None, policy: DialPolicy) -> None:
    """Raises NotAllowed when the callee must not be rung; `of_project` are the countries that the project names, if it does."""
    rules = tx.dial_rules(org_id)
    if internal.is_internal(callee):
        if not internal.matches(callee, _internal_destinations(tx, org_id, rules, policy)):
            raise NotAllowed("This is no internal destination of the organization.", reason="internal_destination_not_allowed")
    else:
        numbers.check_allowed(callee, countries=_countries(rules, policy, of_project))
    if tx.is_suppressed(org_id, callee):
        raise NotAllowed("This number asked not to be called.", reason="suppressed")


def check_caps(
    tx: Tx, org_id: OrgId, callee: str, *, rings_at: datetime, policy: DialPolicy, now: datetime, moved: Call | None = None
) -> None:
    """Raises TooManyCalls when one more ring at that instant is too many; `moved` is a call that is counted already.

    Counted in the transaction that accepts the call, which holds the organization's rules: no two pass together.
    """
    caps.check(tx, _ring(org_id, callee, rings_at, moved), caps.of(tx.dial_rules(org_id), policy.caps), now=now)


def refusal(tx: Tx, call: Call, *, files: ProjectFiles, policy: DialPolicy) -> str | None:
    """The code of the rule that forbids, by now, to ring a call that was accepted before; None when it may ring."""
    callee = call.to_number or ""
    try:
        check(tx, call.org_id, callee, of_project=_countries_of(tx, call, files), policy=policy)
        rings_at = call.scheduled_for or call.created_at
        own = _ring(call.org_id, callee, rings_at, call)
        caps.check_again(tx, own, caps.of(tx.dial_rules(call.org_id), policy.caps))
    except (NotAllowed, TooManyCalls) as exc:
        return exc.reason
    return None


def _countries(rules: DialRules, policy: DialPolicy, of_project: Sequence[str] | None) -> Sequence[str]:
    """A list that was set for the organization or the server is a limit, which a project only narrows; the home country alone is
    a default, in whose place a project's list comes."""
    limit = rules.countries if rules.countries is not None else policy.countries if policy.is_limit else None
    if limit is None or of_project is None:
        return of_project or limit or policy.countries
    return [country for country in limit if country in of_project]


def _countries_of(tx: Tx, call: Call, files: ProjectFiles) -> Sequence[str] | None:
    version = tx.version(call.version_id)
    try:
        return files.read(version.yaml).countries if version is not None else None
    except ProjectInvalid:
        return None  # A file that cannot be read any more has no agent either: the dial fails for that reason.


def _ring(org_id: OrgId, callee: str, at: datetime, call: Call | None) -> caps.Ring:
    return caps.Ring(org_id=org_id, callee=callee, at=at, call_id=call.id if call is not None else None)


def _internal_destinations(tx: Tx, org_id: OrgId, rules: DialRules, policy: DialPolicy) -> Sequence[str]:
    if rules.internal_destinations is not None:
        return rules.internal_destinations
    is_first = bool(policy.internal_destinations) and tx.is_first_org(org_id)
    return policy.internal_destinations if is_first else ()


def _is_emergency(plain: str, policy: DialPolicy) -> bool:
    user = internal.user_of(plain).lstrip("+")
    ways = (user, user.removeprefix(policy.outside_prefix))
    return user.isdigit() and any(numbers.is_emergency(way, policy.home_country) for way in ways)
