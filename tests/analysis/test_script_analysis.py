"""The analysis of script calls: what the script claims, with its evidence, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace

import pytest

from ringtrue.agents.files import YamlProjectFiles, agent_for, example
from ringtrue.analysis.script_analysis import analyse
from ringtrue.conversation import agent, turns
from ringtrue.conversation.run import Evidence
from ringtrue.domain.call import Call, CallStatus, Stage
from ringtrue.domain.disposition import Disposition
from ringtrue.testing.clock import START
from ringtrue.testing.contracts.store_samples import waiting_call
from ringtrue.testing.turns import BlockTalk

ANNA = {"first_name": "Anna", "appointment": "2027-03-04T10:30", "offers": ["2027-03-05T09:00", "2027-03-08T14:15"]}
FIELDS = ("outcome", "new_time")


def over(disposition: Disposition) -> Call:
    """A call that ended so."""
    return replace(waiting_call("1"), status=CallStatus.ENDED, stage=Stage.OVER, disposition=disposition)


def analysis(talk: BlockTalk, disposition: Disposition, fields: Sequence[str] = FIELDS) -> dict[str, object]:
    """The document of that conversation, through the JSON that is kept of it."""
    fills = [act for _, fed in talk.log if isinstance(fed, turns.Replied) for act in fed.acts if isinstance(act, agent.Fill)]
    outcome = talk.outcome
    kept = {
        "outcome": None if outcome is None else asdict(outcome),
        "evidence": {fill.field: asdict(Evidence(value=fill.value, evidence=fill.evidence)) for fill in fills},
    }
    document = json.loads(analyse(over(disposition), json.dumps(kept), fields))
    assert isinstance(document, dict)
    return document


@pytest.fixture
def talk() -> BlockTalk:
    """A call to Anna about her appointment."""
    return BlockTalk(agent_for(example(), json.dumps(ANNA), None, START))


def pressed(talk: BlockTalk, keys: str) -> BlockTalk:
    """The call after Anna answered each question with the next key and heard the one behind it."""
    for key in keys:
        talk.until_asked()
        talk.press(key)
    if talk.ended is None:
        talk.until_asked()
    return talk


def test_a_call_that_reached_its_end_has_every_field_with_its_evidence(talk: BlockTalk) -> None:
    """The whole document."""
    pressed(talk, "12121").leave()

    assert analysis(talk, Disposition.AGENT_HANGUP) == {
        "call_summary": "The call ended at the step 'moved' (agent_hangup). outcome: moved, new_time: 2027-03-08T14:15.",
        "user_sentiment": "Unknown",
        "call_successful": True,
        "in_voicemail": None,
        "custom_analysis_data": {"outcome": "moved", "new_time": "2027-03-08T14:15"},
        "status": "complete",
        "analyzer": "script",
        "evidence": {"outcome": "[keys 2]", "new_time": "[keys 2]"},
    }


def test_what_was_not_said_is_null(talk: BlockTalk) -> None:
    """No new time was chosen, so there is none, and nothing proves it."""
    pressed(talk, "111").leave()

    document = analysis(talk, Disposition.AGENT_HANGUP)
    assert document["call_successful"] is True
    assert document["custom_analysis_data"] == {"outcome": "kept", "new_time": None}
    assert document["evidence"] == {"outcome": "[keys 1]", "new_time": None}


@pytest.mark.parametrize("keys", ["", "1", "11", "12", "121", "1212"])
def test_who_leaves_before_the_read_back_is_affirmed_has_said_nothing(talk: BlockTalk, keys: str) -> None:
    """Every field is null and the call was not successful, however near the end it was."""
    pressed(talk, keys).leave()

    document = analysis(talk, Disposition.USER_HANGUP)
    assert document["call_successful"] is False
    assert document["custom_analysis_data"] == {"outcome": None, "new_time": None}
    assert document["evidence"] == {"outcome": None, "new_time": None}
    assert "user_hangup" in str(document["call_summary"])


def test_an_end_that_is_no_success_keeps_its_fields(talk: BlockTalk) -> None:
    """Somebody else picked up: known, but not successful."""
    pressed(talk, "2").leave()

    document = analysis(talk, Disposition.AGENT_HANGUP)
    assert document["call_successful"] is False
    assert document["custom_analysis_data"] == {"outcome": "wrong_person", "new_time": None}


def test_a_disclosure_that_was_cut_off_is_no_success(talk: BlockTalk) -> None:
    """The party left in the middle of it."""
    talk.pass_ms(1000)
    talk.leave()

    assert analysis(talk, Disposition.USER_HANGUP)["call_successful"] is False


def test_silence_to_the_end_says_nothing(talk: BlockTalk) -> None:
    """`inactivity`, and every field null."""
    talk.until_over()
    talk.leave()

    document = analysis(talk, Disposition.INACTIVITY)
    assert document["call_successful"] is False
    assert document["custom_analysis_data"] == {"outcome": None, "new_time": None}


@pytest.mark.parametrize("kept", [None, '{"outcome": null, "evidence": {}}'])
def test_a_call_whose_worker_died_is_known_to_be_nothing(kept: str | None) -> None:
    """Complete all the same: each field is there, null."""
    assert json.loads(analyse(over(Disposition.ERROR_WORKER_LOST), kept, FIELDS)) == {
        "call_summary": "The call ended (error_worker_lost); what the script made of it is not known.",
        "user_sentiment": "Unknown",
        "call_successful": False,
        "in_voicemail": None,
        "custom_analysis_data": {"outcome": None, "new_time": None},
        "status": "complete",
        "analyzer": "script",
        "evidence": {"outcome": None, "new_time": None},
    }


def test_the_fields_are_those_of_the_pinned_version(talk: BlockTalk) -> None:
    """In its order; what the outcome has beside them is left out."""
    pressed(talk, "111").leave()

    assert tuple(YamlProjectFiles().read(example()).analysis_fields) == FIELDS
    assert analysis(talk, Disposition.AGENT_HANGUP, ("outcome", "note"))["custom_analysis_data"] == {
        "outcome": "kept",
        "note": None,
    }
