"""How values are written in a transcript and spoken by a voice, by the rules of the language (Babel, num2words)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import phonenumbers
from babel import Locale
from babel.dates import format_date, format_time, get_date_format
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, get_currency_name
from num2words import num2words

from ringtrue.agents.scripted.values import Value, decimal_of, normal
from ringtrue.conversation.agent import Json, Span

# A date this near is understood without its year: next year's January in a call of December, last month's visit.
_YEAR_IMPLIED_DAYS = range(-31, 335)
# Within these hours each hour's number stands for one time of day only, so none needs "in the morning".
_PLAIN_HOURS = range(8, 19)


@dataclass(frozen=True, kw_only=True, slots=True)
class Speaker:
    """The manner of speaking of one call: its language, the callee's zone and the day on which it is held."""

    locale: Locale
    zone: ZoneInfo
    today: date

    def span(self, value: Value) -> Span:
        """The value without a filter; a date, time, phone number, amount or list by the rules of the language."""
        if value.kind == "list":
            entries = value.data if isinstance(value.data, Sequence) else ()
            return self.either([self.span(value.entry(index)) for index in range(len(entries))])
        by_filter = _FILTER_OF_KIND.get(value.kind)
        return self._hidden(value, _same(_plain(value.data))) if by_filter is None else self.filtered(value, by_filter)

    def filtered(self, value: Value, name: str) -> Span:
        """The value through the filter `name`; as it is where the filter does not apply to it."""
        if value.kind == "list":
            entries = value.data if isinstance(value.data, Sequence) else ()
            return self.either([self.filtered(value.entry(index), name) for index in range(len(entries))])
        return self._hidden(value, self._by_filter(value, name) or _same(_plain(value.data)))

    def _hidden(self, value: Value, span: Span) -> Span:
        return Span(written="****", spoken=span.spoken) if value.is_secret else span

    def either(self, spans: Sequence[Span]) -> Span:
        """The spans as alternatives: "A, B, or C"."""
        if not spans:
            return _same("")
        written = format_list([span.written for span in spans], style="or", locale=self.locale)
        return Span(written=written, spoken=_alternatives([span.spoken for span in spans]))

    def _by_filter(self, value: Value, name: str) -> Span | None:
        text = value.data
        match name:
            case "datetime" | "date" | "time":
                return self._moment(text, name)
            case "digits" | "spell":
                return _spelled(text, written=_plain(text))
            case "phone":
                return self._phone(text)
            case "money":
                return self._money(text)
            case "number":
                number = decimal_of(text)
                return None if number is None else self._number(number)
        return None

    # --- dates and times ----------------------------------------------------------------------------------------

    def moment(self, text: str) -> datetime | None:
        """An ISO date-time as local time of the callee; a naive one is local already."""
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            return None
        return at.astimezone(self.zone).replace(tzinfo=None) if at.tzinfo else at

    def _moment(self, text: Json, name: str) -> Span | None:
        if not isinstance(text, str):
            return None
        clock = _clock(text)
        if clock is not None:
            return self.time_span(clock)
        at = self.moment(text)
        if at is None:
            return None
        if name == "date" or len(text) <= 10:
            return self.date_span(at.date())
        if name == "time":
            return self.time_span(at.time())
        day, hour = self.date_span(at.date()), self.time_span(at.time())
        return Span(written=f"{day.written} at {hour.written}", spoken=f"{day.spoken}, at {hour.spoken}")

    def date_span(self, day: date) -> Span:
        """A date with its weekday; the year is left out where it goes without saying."""
        pattern = str(get_date_format("full", self.locale).pattern)
        if implied := (day - self.today).days in _YEAR_IMPLIED_DAYS:
            pattern = re.sub(r",? ?y+", "", pattern)
        written = _tidy(format_date(day, pattern, locale=self.locale))
        weekday = format_date(day, "EEEE", locale=self.locale)
        month = format_date(day, "MMMM", locale=self.locale)
        ordinal = num2words(day.day, to="ordinal")
        is_month_first = pattern.find("MMM") < pattern.find("d")
        spoken = f"{weekday}, {month} {ordinal}" if is_month_first else f"{weekday} the {ordinal} of {month}"
        year = "" if implied else f", {num2words(day.year, to='year')}"
        return Span(written=written, spoken=spoken + year)

    def time_span(self, at: time) -> Span:
        """A time of day."""
        written = _tidy(format_time(at, "short", locale=self.locale))
        if (at.hour, at.minute) in ((0, 0), (12, 0)):
            return Span(written=written, spoken="noon" if at.hour else "midnight")
        hour = num2words(at.hour % 12 or 12)
        if at.minute == 0:
            spoken = f"{hour} o'clock" if at.hour in _PLAIN_HOURS else hour
        else:
            spoken = f"{hour} oh {num2words(at.minute)}" if at.minute < 10 else f"{hour} {num2words(at.minute)}"
        return Span(written=written, spoken=spoken + _day_part(at.hour))

    # --- numbers ------------------------------------------------------------------------------------------------

    def _number(self, number: Decimal) -> Span:
        return Span(written=_tidy(format_decimal(number, locale=self.locale)), spoken=_words(number))

    def _money(self, data: Json) -> Span | None:
        if not isinstance(data, Mapping):
            if decimal_of(data) is None:
                return None
            data = normal(str(data), "money", territory=self.locale.territory or "US")
        if not isinstance(data, Mapping):
            return None
        amount, currency = Decimal(str(data["amount"])), str(data["currency"])
        written = _tidy(format_currency(amount, currency, locale=self.locale))
        return Span(written=written, spoken=self._spoken_money(amount, currency))

    def _spoken_money(self, amount: Decimal, currency: str) -> str:
        try:
            spoken = str(num2words(amount.quantize(Decimal("0.01")), to="currency", currency=currency))
        except (NotImplementedError, TypeError):
            # num2words knows few currencies; Babel knows the name of every one.
            return f"{_words(amount)} {get_currency_name(currency, count=float(amount), locale=self.locale)}"
        return re.sub(r", zero \w+$", "", spoken)

    def _phone(self, data: Json) -> Span | None:
        text = _plain(data)
        territory = self.locale.territory or "US"
        try:
            number = phonenumbers.parse(text[:64], territory)
        except phonenumbers.NumberParseException:
            return _spelled(text, written=text) if text else None
        is_home = phonenumbers.country_code_for_region(territory) == number.country_code
        style = phonenumbers.PhoneNumberFormat
        written = phonenumbers.format_number(number, style.NATIONAL if is_home else style.INTERNATIONAL)
        groups = re.findall(r"\d+", written)
        spoken = ", ".join(" ".join(num2words(int(digit)) for digit in group) for group in groups)
        return Span(written=written, spoken=("plus " if written.startswith("+") else "") + spoken)


_FILTER_OF_KIND = {
    "date": "date", "time": "time", "datetime": "datetime", "phone": "phone", "money": "money",
    "number": "number", "integer": "number", "digits": "digits",
}  # fmt: skip


def tidy(text: str) -> str:
    """One line of text: runs of white space are one space, control characters are gone."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _tidy(text: str) -> str:
    return tidy(text.replace("\u202f", " ").replace("\u00a0", " "))


def _same(text: str) -> Span:
    return Span(written=tidy(text), spoken=tidy(text))


def _plain(data: Json) -> str:
    if isinstance(data, bool):
        return "yes" if data else "no"
    return tidy("" if data is None else str(data))


def _words(number: Decimal) -> str:
    return str(num2words(int(number) if number == number.to_integral_value() else number))


def _spelled(data: Json, *, written: str) -> Span:
    spoken = ", ".join(
        " ".join(num2words(int(char)) if char in "0123456789" else char.upper() for char in word) for word in _plain(data).split()
    )
    return Span(written=written, spoken=spoken)


def _alternatives(spoken: Sequence[str]) -> str:
    if len(spoken) == 1:
        return spoken[0]
    # A comma before "or" even between two: values such as dates hold commas themselves.
    comma = "," if len(spoken) > 2 or any("," in text for text in spoken) else ""
    return ", ".join(spoken[:-1]) + f"{comma} or {spoken[-1]}"


def _clock(text: str) -> time | None:
    if len(text) > 8 or ":" not in text:
        return None
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None


def _day_part(hour: int) -> str:
    if hour in _PLAIN_HOURS:
        return ""
    if hour < 12:
        return " in the morning"
    return " in the evening" if hour < 22 else " at night"
