"""Every operation of both clients: what goes over the wire, and what comes back as a model."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx
import pytest

from .operation_cases import CALL, CASES, PROJECT, Case

if TYPE_CHECKING:
    from conftest import Answers, Runner


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_an_operation_sends_and_reads_what_is_documented(answers: Answers, run: Runner, case: Case) -> None:
    """Method, address, body; a model that is the answer again."""
    answers.give(httpx.Response(204) if case.answer is None else httpx.Response(200, json=case.answer))

    found = run(case.does)

    (request,) = answers.asked
    assert f"{request.method} {request.url.raw_path.decode()}" == case.sends
    assert (json.loads(request.content) if request.content else None) == case.body
    assert request.headers["Authorization"] == "rt_test"
    assert ("Idempotency-Key" in request.headers) is (
        request.method in ("POST", "DELETE") and not request.url.path.endswith("/next")
    )
    gives = [one.to_dict() for one in found] if isinstance(found, list) else found and found.to_dict()
    assert gives == (case.answer if case.gives is None else case.gives)


def test_a_project_file_goes_as_it_is(answers: Answers, run: Runner) -> None:
    """Comments and all, as YAML."""
    answers.give(httpx.Response(201, json=PROJECT))

    applied = run(lambda api: api.projects.apply("survey", "# Zoë\nname: survey\n"))

    assert applied.version == 2
    assert answers.asked[0].method == "PUT"
    assert answers.asked[0].url.path == "/projects/survey"
    assert answers.asked[0].headers["Content-Type"] == "application/yaml"
    assert answers.asked[0].content.decode() == "# Zoë\nname: survey\n"


@pytest.mark.parametrize("call_id", ["../projects", "a/b?c=d#e", "%2e%2e", "a\nb", "🙂"])
def test_an_id_stays_one_part_of_the_address(answers: Answers, run: Runner, call_id: str) -> None:
    """Whatever it holds."""
    answers.give(httpx.Response(200, json=CALL))

    run(lambda api: api.calls.get(call_id))

    assert answers.asked[0].url.raw_path.decode().count("/") == 2
    assert answers.asked[0].url.path == f"/calls/{call_id}"
