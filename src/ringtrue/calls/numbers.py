"""Phone numbers by the world's numbering plans: what they are, and whether they may be rung."""

from __future__ import annotations

import re
from collections.abc import Collection
from zoneinfo import ZoneInfo, available_timezones

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberType
from phonenumbers import timezone as number_zones

from ringtrue.errors import InvalidInput, NotAllowed

_MOST_CHARACTERS = 40  # E.164 has 15 digits; longer input is refused before any parser sees it
# The parser reads more than this: digits of every script, letters of a keypad, extensions, parameters of tel: URIs. What is not
# plainly one number to whoever reads it is not called.
_WRITTEN = re.compile(r"(?:tel:)?\+?[0-9(][0-9 ().\-/]*")
_INTERNATIONAL = "001"  # the region of networks that belong to no country, satellites among them

_COSTLY = {
    PhoneNumberType.PREMIUM_RATE: ("premium_rate_number", "Premium-rate numbers are not called."),
    PhoneNumberType.SHARED_COST: ("shared_cost_number", "Shared-cost numbers are not called."),
    PhoneNumberType.PERSONAL_NUMBER: ("special_number", "Personal numbers, which cost what their owner likes, are not called."),
    PhoneNumberType.PAGER: ("special_number", "Pagers are not called: nobody answers there."),
    PhoneNumberType.UAN: ("special_number", "Company-wide numbers at special rates are not called."),
    PhoneNumberType.VOICEMAIL: ("special_number", "Mailboxes are not called: nobody answers there."),
}


def to_e164(text: str, *, home_country: str, field: str = "callee") -> str:
    """The number as E.164. National numbers are read in the home country. Raises InvalidInput when it is none, NotAllowed
    for short and emergency codes."""
    number = text.strip()
    if len(number) > _MOST_CHARACTERS or not _WRITTEN.fullmatch(number):
        raise _invalid("This is not a phone number; write it with a plus sign and country code.", field)
    number = number.removeprefix("tel:")
    if is_emergency(number, home_country):
        raise NotAllowed("Emergency numbers are never called.", reason="emergency_number")
    try:
        parsed = phonenumbers.parse(number, home_country)
    except phonenumbers.NumberParseException as exc:
        raise _invalid("This is not a phone number; write it with a plus sign and country code.", field) from exc
    _check_short(parsed)
    # A number that is possible within its area only would be dialled as something else once the country code is before it.
    if phonenumbers.is_possible_number_with_reason(parsed) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise _invalid("This number has too few or too many digits.", field)
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def is_country(code: str) -> bool:
    """Whether that is a country with a numbering plan, as ISO 3166 writes it."""
    return code in phonenumbers.SUPPORTED_REGIONS


def is_emergency(digits: str, country: str) -> bool:
    """Whether dialling that in the country reaches an emergency service."""
    return bool(phonenumbers.is_emergency_number(digits, country))


def _check_short(parsed: PhoneNumber) -> None:
    """Short codes stay what they are behind a country code: many gateways strip it."""
    significant = phonenumbers.national_significant_number(parsed)
    regions = phonenumbers.region_codes_for_country_code(parsed.country_code or 0)
    if any(is_emergency(significant, region) for region in regions):
        raise NotAllowed("Emergency numbers are never called.", reason="emergency_number")
    if phonenumbers.is_valid_short_number(parsed):
        raise NotAllowed("Short codes are not called.", reason="short_number")


def _invalid(sentence: str, field: str) -> InvalidInput:
    return InvalidInput(sentence, field=(field,), code="number_invalid")


def check_allowed(e164: str, *, countries: Collection[str]) -> None:
    """Raises NotAllowed when policy forbids ringing the number; `countries` are ISO 3166 codes."""
    parsed = phonenumbers.parse(e164)
    kind = phonenumbers.number_type(parsed)
    if kind in _COSTLY:
        reason, sentence = _COSTLY[kind]
        raise NotAllowed(sentence, reason=reason)
    region = _region(parsed)
    if region == _INTERNATIONAL:
        raise NotAllowed(
            "Satellite and other networks that belong to no country are not called.", reason="international_network_number"
        )
    if region is None:
        raise NotAllowed("This number is in no range that its numbering plan could give out.", reason="number_unassigned")
    if region not in countries:
        raise NotAllowed(
            "Calls to this country are not allowed: the organization's countries, and the project's where it names some, do not "
            "have it.",
            reason="country_not_allowed",
        )


def _region(parsed: PhoneNumber) -> str | None:
    """The country of a number. One in a range that is not given out, as far as is known here (+1 555 123 4567), is in the main
    country of its plan, unless it begins like another's; its carrier knows better. None where no number of the plan looks so."""
    region = phonenumbers.region_code_for_number(parsed)
    if region is not None:
        return str(region)
    main, *others = phonenumbers.region_codes_for_country_code(parsed.country_code or 0)
    significant = phonenumbers.national_significant_number(parsed)
    for other in others:
        plan = phonenumbers.PhoneMetadata.metadata_for_region(other)
        if plan is not None and plan.leading_digits is not None and re.match(plan.leading_digits, significant):
            return str(other)
    plan = phonenumbers.PhoneMetadata.metadata_for_region(main)
    shape = plan.general_desc.national_number_pattern if plan is not None and plan.general_desc is not None else None
    return str(main) if shape is not None and re.fullmatch(shape, significant) else None


def zones(e164: str) -> list[ZoneInfo]:
    """The time zones that the number may be in, by its prefix; none where that says nothing."""
    if not e164.startswith("+"):
        return []
    names = number_zones.time_zones_for_number(phonenumbers.parse(e164))
    return [ZoneInfo(name) for name in names if name != number_zones.UNKNOWN_TIMEZONE and name in available_timezones()]


def masked(number: str | None) -> str:
    """The number as logs may show it: its last two digits, and nothing of an extension or URI."""
    if not number:
        return "withheld"
    return f"...{number[-2:]}" if number.startswith("+") else "internal"
