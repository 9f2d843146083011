"""Phone numbers by the world's numbering plans: what they are, and whether they may be rung."""

from __future__ import annotations

from collections.abc import Collection
from zoneinfo import ZoneInfo, available_timezones

import phonenumbers
from phonenumbers import PhoneNumberType
from phonenumbers import timezone as number_zones

from ringtrue.errors import InvalidInput, NotAllowed

_MOST_CHARACTERS = 40  # E.164 has 15 digits; longer input is refused before any parser sees it

_COSTLY = {
    PhoneNumberType.PREMIUM_RATE: ("premium_rate_number", "Premium-rate numbers are not called."),
    PhoneNumberType.SHARED_COST: ("shared_cost_number", "Shared-cost numbers are not called."),
}


def to_e164(text: str, *, home_country: str, field: str = "callee") -> str:
    """The number as E.164. National numbers are read in the home country. Raises InvalidInput when it is none, NotAllowed
    for short and emergency codes."""
    number = text.strip()
    if len(number) > _MOST_CHARACTERS:
        raise InvalidInput("This is not a phone number.", field=(field,), code="number_invalid")
    if phonenumbers.is_emergency_number(number, home_country):
        raise NotAllowed("Emergency numbers are never called.", reason="emergency_number")
    try:
        parsed = phonenumbers.parse(number, home_country)
    except phonenumbers.NumberParseException as exc:
        raise InvalidInput(
            "This is not a phone number; write it with a plus sign and country code.", field=(field,), code="number_invalid"
        ) from exc
    if phonenumbers.is_valid_short_number(parsed):
        raise NotAllowed("Short codes are not called.", reason="short_number")
    if parsed.extension:
        # Dropping it would ring somebody else at the same switchboard.
        raise InvalidInput("A number with an extension cannot be dialled.", field=(field,), code="number_invalid")
    # A number that is possible within its area only would be dialled as something else once the country code is before it.
    if phonenumbers.is_possible_number_with_reason(parsed) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise InvalidInput("This number has too few or too many digits.", field=(field,), code="number_invalid")
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def check_allowed(e164: str, *, countries: Collection[str]) -> None:
    """Raises NotAllowed when policy forbids ringing the number; `countries` are ISO 3166 codes."""
    parsed = phonenumbers.parse(e164)
    region = phonenumbers.region_code_for_number(parsed)
    kind = phonenumbers.number_type(parsed)
    if kind in _COSTLY:
        reason, sentence = _COSTLY[kind]
        raise NotAllowed(sentence, reason=reason)
    regions = {region} if region else set(phonenumbers.region_codes_for_country_code(parsed.country_code or 0))
    if not regions & set(countries):
        raise NotAllowed(
            "Calls to this country are not allowed; allow it for the organization or the project.", reason="country_not_allowed"
        )


def zones(e164: str) -> list[ZoneInfo]:
    """The time zones that the number may be in, by its prefix; none where that says nothing."""
    names = number_zones.time_zones_for_number(phonenumbers.parse(e164))
    return [ZoneInfo(name) for name in names if name != number_zones.UNKNOWN_TIMEZONE and name in available_timezones()]


def masked(number: str | None) -> str:
    """The number as logs may show it: its last two digits only."""
    return "withheld" if not number else f"...{number[-2:]}"
