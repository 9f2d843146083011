"""How a number stands in the Request-URI that the trunk gets: +E164, E164 or national, with an optional prefix."""

from __future__ import annotations

import phonenumbers


def written(number: str, dial_format: str, home_country: str) -> str:
    """The user part for a number in E.164; an extension stays as it is, for no prefix leads to it from outside.

    >>> written("+14155550123", "+E164", "US")
    '+14155550123'
    >>> written("+14155550123", "9:national", "US")
    '94155550123'
    """
    prefix, _, style = dial_format.rpartition(":")
    if not number.startswith("+"):
        return number
    match style:
        case "E164":
            return prefix + number[1:]
        case "national":
            return prefix + _national(number, home_country)
        case _:
            return prefix + number


def _national(number: str, home_country: str) -> str:
    """As dialled within the home country, its trunk prefix included (0 in Germany); a foreign one with the exit code."""
    parsed = phonenumbers.parse(number, None)
    text = phonenumbers.format_out_of_country_calling_number(parsed, home_country)
    if parsed.country_code == phonenumbers.country_code_for_region(home_country):
        text = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    return "".join(character for character in text if character.isdigit())
