"""Whole calls: a server, a softphone in another process, and the record that the API gives of what was between them."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ringtrue.agents.files import example, loaded
from ringtrue.client import Conflict

from .audio import audible_words, mono
from .server import DATA, Phone, Server, wait_for

pytestmark = pytest.mark.realtime

AGENTS = sorted((Path(__file__).parents[1] / "agents" / "data").glob("*.yaml"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder."""
    return tmp_path / "data"


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[Phone]:
    """Somebody who listens, keeps what it hears and presses nothing."""
    with Phone("--persona", "silent", "--answer-after", "0.2", "--record", str(tmp_path / "peer")) as phone:
        yield phone


@pytest.mark.scenario("hangup-live-call")
def test_a_live_call_is_hung_up(folder: Path, listener: Phone, tmp_path: Path) -> None:
    """The transcript grows while the call runs; hang-up puts BYE on the wire; what was cut off was not heard."""
    with Server(folder, "--trunk", listener.uri) as server:
        call_id = server.place()
        seen = []
        for least in (5, 40, 90):
            record = server.until(call_id, lambda one, least=least: len(one["transcript"] or "") > least)  # type: ignore[misc]
            assert record["status"] == "ongoing"
            seen.append(record["transcript"])
        assert len(set(seen)) == 3

        answer = server.client.calls.hangup(call_id)
        record = server.complete(call_id)
        wait_for(lambda: listener.happened("ended"))
        with pytest.raises(Conflict) as refused:
            server.client.calls.hangup(call_id)

    assert answer.status == "ongoing"
    assert (record["status"], record["disconnection_reason"]) == ("ended", "manual_stopped")
    assert listener.happened("ended")[0]["by"] == "party"
    assert (refused.value.status, refused.value.code) == (409, "wrong_state")
    last = [one for one in record["transcript_object"] if one["role"] == "agent"][-1]
    assert last["interrupted"] is (last["content"] != last["generated"])
    said = " ".join(one["content"] for one in record["transcript_object"])
    heard = audible_words(mono(tmp_path / "peer" / "call-1-heard.wav"), record["transcript_object"])
    assert heard == said.split()


@pytest.mark.scenario("party-hangs-up-mid-sentence")
def test_the_party_hangs_up_in_the_middle_of_a_sentence(folder: Path, tmp_path: Path) -> None:
    """`content` holds no word whose audio the party did not get, `generated` holds all."""
    with (
        Phone("--persona", "hangup=1.3", "--answer-after", "0.1", "--record", str(tmp_path / "peer")) as phone,
        Server(folder, "--trunk", phone.uri) as server,
    ):
        record = server.complete(server.place())

    assert (record["status"], record["disconnection_reason"]) == ("ended", "user_hangup")
    utterance = record["transcript_object"][0]
    assert utterance["interrupted"] is True
    assert utterance["generated"].startswith(utterance["content"])
    assert len(utterance["content"]) < len(utterance["generated"])
    assert utterance["generated"] == "Hello, this is the automated assistant of Bright Clinic. This call is recorded."
    heard = audible_words(mono(tmp_path / "peer" / "call-1-heard.wav"), [utterance])
    assert heard == utterance["content"].split()


@pytest.mark.scenario("cancel-ringing-call")
def test_a_ringing_call_is_cancelled(folder: Path) -> None:
    """CANCEL reaches the phone; the call never connected."""
    with Phone("--persona", "never") as phone, Server(folder, "--trunk", phone.uri) as server:
        call_id = server.place()
        wait_for(lambda: phone.happened("ringing"))

        server.client.calls.cancel(call_id)
        record = server.complete(call_id)
        wait_for(lambda: phone.happened("cancelled"))

    assert (record["status"], record["disconnection_reason"]) == ("ended", "cancelled")
    assert (record["start_timestamp"], record["duration_ms"], record["conversation_id"]) == (None, None, None)
    assert record["end_timestamp"] is not None
    assert (record["transcript"], record["recording_url"]) == (None, None)


@pytest.mark.scenario("busy-and-declined")
def test_refusals_are_in_the_answer(folder: Path) -> None:
    """A dial that fails at once is in the answer already, in its terminal status, with the raw codes beside it."""
    with (
        Phone("--persona", "busy", "--answer-after", "0", "--for", "+14155550124", "decline") as phone,
        Server(folder, "--trunk", phone.uri) as server,
    ):
        placed = server.client.calls.create("+14155550123", "appointment", json_data=DATA)
        busy = server.complete(placed.call.id)
        declined = server.complete(server.place("+14155550124"))

    assert placed.call.status == "ended"
    assert (busy["disconnection_reason"], busy["cause"]["sip_status"]) == ("dial_busy", 486)
    assert (declined["disconnection_reason"], declined["cause"]["sip_status"]) == ("user_declined", 603)


@pytest.mark.scenario("inactivity")
def test_a_party_that_never_answers_the_question(folder: Path, listener: Phone) -> None:
    """Sound on the wire but no key through the project's silence limits: the agent asks again, then ends the call."""
    impatient = example("appointment").replace("silence: 8s", "silence: 1s")
    with Server(folder, "--trunk", listener.uri) as server:
        server.client.projects.apply("appointment", impatient)
        record = server.complete(server.place())

    assert (record["status"], record["disconnection_reason"]) == ("ended", "inactivity")
    assert record["call_analysis"]["call_successful"] is False


@pytest.mark.scenario("scheduled-calls")
def test_scheduled_calls_ring_at_their_instant(folder: Path, listener: Phone) -> None:
    """0 to 2 s after the instant and never before; each speaks its own data, and the version it was accepted under."""
    with Server(folder, "--trunk", listener.uri) as server:
        at = datetime.now(UTC) + timedelta(seconds=3)
        anna = server.place(data={**DATA, "first_name": "Anna"}, scheduled_for=at.isoformat())
        bert = server.place(data={**DATA, "first_name": "Bert"}, scheduled_for=at.isoformat())
        waiting = server.client.calls.get(anna).to_dict()
        version_two = example("appointment").replace("Am I speaking with", "Do I have the pleasure of talking to")
        server.client.projects.apply("appointment", version_two)
        carl = server.place(data={**DATA, "first_name": "Carl"})
        records = {
            name: server.until(call_id, lambda one, name=name: name in (one["transcript"] or ""))  # type: ignore[misc]
            for name, call_id in (("Anna", anna), ("Bert", bert), ("Carl", carl))
        }
        rang = sorted(event["at"] for event in listener.happened("ringing"))

    assert (waiting["status"], waiting["conversation_id"]) == ("scheduled", None)
    assert datetime.fromisoformat(waiting["scheduled_for"]) == at.replace(microsecond=at.microsecond // 1000 * 1000)
    late = [moment - at.timestamp() for moment in rang[1:]]
    assert all(0 <= one <= 2 for one in late), late
    assert rang[0] < at.timestamp()
    assert "Am I speaking with Anna?" in records["Anna"]["transcript"]
    assert "Bert" not in records["Anna"]["transcript"]
    assert "Am I speaking with Bert?" in records["Bert"]["transcript"]
    assert "Do I have the pleasure of talking to Carl?" in records["Carl"]["transcript"]
    assert records["Anna"]["config_version_id"] != records["Carl"]["config_version_id"]
    assert records["Anna"]["conversation_id"] is not None


MOVED_TO = "2027-03-08T14:15"
ENDS = {
    "kept": ("1,1,1", {"outcome": "kept", "new_time": None}),
    "moved": ("1,2,1,2,1", {"outcome": "moved", "new_time": MOVED_TO}),
    "callback": ("1,3,1", {"outcome": "callback", "new_time": None}),
    "operator": ("1,0", {"outcome": "callback", "new_time": None}),
    "wrong_person": ("2", {"outcome": "wrong_person", "new_time": None}),
}
SEEDS = 20


@pytest.mark.scenario("seeded-runs")
def test_every_end_of_the_example_is_reached_as_pressed(folder: Path) -> None:
    """20 seeded runs for each end: all reach the outcome that was pressed, none another."""
    numbers = {f"+1415555{1000 + index * 100 + seed}": end for index, end in enumerate(ENDS) for seed in range(SEEDS)}
    personas = [part for number, end in numbers.items() for part in ("--for", number, f"keys={ENDS[end][0]}")]
    with (
        Phone("--seed-by-number", "--answer-after", "0.3", *personas) as phone,
        Server(folder, "--trunk", phone.uri) as server,
    ):
        calls = {}
        for number in numbers:
            calls[number] = server.place(number, background=True)
            time.sleep(0.1)  # as calls come, not all in one instant
        found = {number: server.complete(call_id, seconds=150) for number, call_id in calls.items()}

    wrong = {
        number: (end, record["disconnection_reason"], record["transcript"])
        for number, end in numbers.items()
        if (record := found[number])["call_analysis"]["custom_analysis_data"] != ENDS[end][1]
        or record["disconnection_reason"] != "agent_hangup"
    }
    assert wrong == {}
    successes = {end: found[number]["call_analysis"]["call_successful"] for number, end in numbers.items()}
    assert successes == {"kept": True, "moved": True, "callback": True, "operator": True, "wrong_person": False}


_HOURS = re.compile(r"^calling_hours: \[.*\]$", re.MULTILINE)  # a test runs at any time of day


@pytest.mark.scenario("five-agents")
def test_further_agents_hold_a_call(folder: Path) -> None:
    """Agents with every kind of slot and every key of the file: each holds a call as its own test by keys says."""
    tests: dict[str, tuple[Path, Any]] = {}
    for index, file in enumerate(AGENTS):
        test = next(one for one in loaded(file.read_text()).tests if all(turn.keys is not None for turn in one.turns))
        prefix = "+442079460" if "countries: [GB" in file.read_text() else "+14155552"
        tests[f"{prefix}{100 + index}"] = (file, test)
    personas = [
        part
        for number, (_, test) in tests.items()
        for part in ("--for", number, "keys=" + ",".join(turn.keys or "" for turn in test.turns))
    ]
    assert len(tests) >= 5
    with Phone("--answer-after", "0.2", *personas) as phone, Server(folder, "--trunk", phone.uri) as server:
        calls = {}
        for number, (file, test) in tests.items():
            project = loaded(file.read_text()).name
            server.client.projects.apply(project, _HOURS.sub('calling_hours: ["mon-sun 00:00-00:00"]', file.read_text()))
            calls[number] = server.place(number, project=project, data=dict(test.given), background=True)
        found = {number: server.complete(call_id, seconds=120) for number, call_id in calls.items()}

    for number, (file, test) in tests.items():
        record = found[number]
        assert record["disconnection_reason"] == "agent_hangup", (file.name, record["transcript"])
        data = record["call_analysis"]["custom_analysis_data"]
        assert {name: data.get(name) for name in test.fields} == dict(test.fields), (file.name, record["transcript"])
