"""What is said to every kind of question, over the corpus: nothing wrong is taken, and nearly everything right is."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from babel import Locale

from ringtrue.agents.scripted.slots import candidates
from ringtrue.agents.scripted.slots.date import Bounds, Date
from ringtrue.agents.scripted.slots.digits import Digits
from ringtrue.agents.scripted.slots.number import Number
from ringtrue.agents.scripted.slots.slot import Answer, NotUnderstood, Slot
from ringtrue.agents.scripted.slots.time import TimeOfDay
from ringtrue.agents.scripted.spoken import Speaker
from ringtrue.agents.scripted.values import Value

TODAY = date(2027, 1, 4)  # a Monday
US = Speaker(locale=Locale.parse("en_US"), zone=ZoneInfo("America/New_York"), today=TODAY)
OFFERS = ["2027-03-05T09:00", "2027-03-08T14:15"]
NAMES = ["Dr. Patel", "Dr. Fernandez", "Dr. O'Brien", "Dr. Kowalski"]
SLOTS: dict[str, Slot] = {
    "digits4": Digits(low=4, high=4, sensitive=False, has_none=False, pound="the pound key"),
    "digits": Digits(low=1, high=12, sensitive=False, has_none=False, pound="the pound key"),
    "number": Number(low=-10, high=5000, has_none=False, pound="the pound key"),
    "date": Date(Bounds(after=TODAY, before=date(2027, 6, 30), today=TODAY, is_month_first=True), has_none=False),
    "birthday": Date(Bounds(after=None, before=TODAY, today=TODAY, is_month_first=True), has_none=False),
    "time": TimeOfDay(after=time(8), before=time(18), has_none=False),
    "offers": candidates.of_list(Value(kind="list", of="datetime", data=OFFERS), US),
    "names": candidates.of_list(Value(kind="list", of="string", data=NAMES), US),
}
_PATH = Path(__file__).parents[1] / "data" / "slots_typed.yaml"
CASES = [
    (group["kind"], *line.rsplit(" -> ", 1)) for group in yaml.safe_load(_PATH.read_text()) for line in group["said"].splitlines()
]


def understood(kind: str, text: str) -> str:
    """The value as the corpus writes it."""
    result = SLOTS[kind].hear(text)
    if isinstance(result, NotUnderstood):
        return "?range" if result.hint == "range" else "?"
    assert isinstance(result, Answer)
    if result.value is None:
        return result.name
    data = result.value.data
    entries: list[object] = [*{"offers": OFFERS, "names": NAMES}.get(kind, [])]
    return str(entries.index(data) + 1) if entries else str(data)


@pytest.mark.parametrize(("kind", "text", "meant"), CASES)
def test_what_is_said_is_understood(kind: str, text: str, meant: str) -> None:
    """Words and figures, capitals and stops, as people say them and recognisers write them."""
    assert understood(kind, text) == meant
