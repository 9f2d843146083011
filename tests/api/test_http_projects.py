"""Projects over HTTP: listed, read, and applied as YAML or JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ringtrue.agents.files import example, json_schema
from ringtrue.agents.scripted import tree
from ringtrue.agents.scripted.faults import Faults

if TYPE_CHECKING:
    from httpx import Response

    from conftest import Desk

CHANGED = example().replace("silence: 8s", "silence: 9s")
SURVEY = example().replace("name: appointment", "name: survey", 1)
SHAPE = ["id", "name", "version", "config_version_id", "created_at"]


def applied(desk: Desk, text: str | bytes, *, name: str = "appointment", kind: str = "application/yaml") -> Response:
    """The answer to applying that file."""
    return desk.ask("PUT", f"/projects/{name}", content=text, headers={"Content-Type": kind})


def as_json(text: str) -> str:
    """The project as JSON."""
    root = tree.parse(text, Faults())
    assert root is not None
    return json.dumps(tree.plain(root))


def faults(answer: Response) -> list[dict[str, Any]]:
    """The mistakes that are named; nothing was stored."""
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
    found: list[dict[str, Any]] = answer.json()["errors"]
    return found


def test_projects_are_listed_by_name(desk: Desk) -> None:
    """One's own, on one page."""
    applied(desk, SURVEY, name="survey")

    document = desk.ask("GET", "/projects").json()

    assert [one["name"] for one in document["projects"]] == ["appointment", "survey"]
    assert document["projects"][0] == {
        "id": desk.office.project.id,
        "name": "appointment",
        "version": 1,
        "config_version_id": desk.office.version.id,
        "created_at": "2027-01-04T17:00:00.000Z",
    }
    assert document["pagination"] == {"cursor": None}


def test_a_project_is_read_by_name_or_id(desk: Desk) -> None:
    """Both give the same."""
    by_name, by_id = desk.ask("GET", "/projects/appointment"), desk.ask("GET", f"/projects/{desk.office.project.id}")

    assert (by_name.status_code, list(by_name.json()), by_name.json()) == (200, SHAPE, by_id.json())


def test_another_organizations_project_is_not_there(desk: Desk) -> None:
    """By its id; a name is everybody's own."""
    headers = {"X-Request-Id": "same"}
    foreign = desk.ask("GET", f"/projects/{desk.stranger.project.id}", headers=headers)
    unknown = desk.ask("GET", "/projects/nobody", headers=headers)

    assert (foreign.status_code, foreign.content) == (404, unknown.content)
    assert desk.ask("GET", "/projects/appointment", key="rt_other").json()["id"] == desk.stranger.project.id


@pytest.mark.parametrize("kind", ["application/yaml", "text/yaml", "application/x-yaml; charset=utf-8", "Application/YAML"])
def test_a_new_project_is_made(desk: Desk, kind: str) -> None:
    """201 and version 1."""
    answer = applied(desk, SURVEY, name="survey", kind=kind)

    assert (answer.status_code, list(answer.json()), answer.json()["version"]) == (201, SHAPE, 1)


def test_a_change_makes_a_version(desk: Desk) -> None:
    """201 and the next number; the project stays itself."""
    answer = applied(desk, CHANGED)

    assert (answer.status_code, answer.json()["version"]) == (201, 2)
    assert answer.json()["id"] == desk.office.project.id
    assert desk.ask("GET", "/projects/appointment").json() == answer.json()


@pytest.mark.parametrize("text", [example(), f"# again\n{example()}", example().replace("silence: 8s", 'silence: "8s"')])
def test_unchanged_content_makes_no_version(desk: Desk, text: str) -> None:
    """200 and the version that is."""
    answer = applied(desk, text)

    assert (answer.status_code, answer.json()["config_version_id"]) == (200, desk.office.version.id)


@pytest.mark.parametrize("kind", ["application/json", "", "application/vnd.client+json"])
def test_a_project_as_json_is_the_same_project(desk: Desk, kind: str) -> None:
    """Unchanged content, whatever it is written in; a change is a version that can be called."""
    same = applied(desk, as_json(example()), kind=kind)
    changed = applied(desk, as_json(CHANGED), kind=kind)

    assert (same.status_code, changed.status_code, changed.json()["version"]) == (200, 201, 2)
    assert desk.place().status_code == 202


def test_a_call_keeps_the_version_that_it_was_accepted_under(desk: Desk) -> None:
    """The next one has the new one."""
    before = desk.place(scheduled_for="2027-02-01T10:00Z").json()["call"]["id"]
    version = applied(desk, CHANGED).json()["config_version_id"]
    after = desk.place().json()["call"]["id"]

    versions = [desk.ask("GET", f"/calls/{call}").json()["config_version_id"] for call in (before, after)]
    assert versions == [desk.office.version.id, version]


def test_every_mistake_is_named_with_line_and_column(desk: Desk) -> None:
    """Then the path; the message says the remedy."""
    broken = example().replace("silence: 8s", "silense: 8s").replace("memory: call", "memory: always")
    lines = broken.split("\n")
    silense = next(number for number, line in enumerate(lines, 1) if "silense" in line)
    memory = next(number for number, line in enumerate(lines, 1) if "memory: always" in line)

    answer = applied(desk, broken)

    found = faults(answer)
    assert answer.json()["code"] == "project_invalid"
    assert [one["loc"] for one in found] == [
        [memory, len("memory: ") + 1, "memory"],
        [silense, lines[silense - 1].index("silense") + 1, "limits.silense"],
    ]
    assert "silence" in found[1]["msg"]
    assert desk.count("versions") == 2


def test_mistakes_of_json_have_a_path_only(desk: Desk) -> None:
    """It has no lines."""
    broken = as_json(example().replace("memory: call", "memory: always"))

    assert [one["loc"] for one in faults(applied(desk, broken, kind="application/json"))] == [["memory"]]


@pytest.mark.parametrize(
    ("text", "loc"),
    [
        (b"name: a\0b", [1, 8]),
        (b'name: x\ntext: "a\\0b"', [2, 7]),
        (b"name: x\n  language: \xff", [2, 13]),
        (b'name: "\\ud800"', None),
        ("name: appointment".encode("utf-16"), [1, 1]),
        (b"name: [", None),
        (b"[" * 100_000, None),
        (b"[" * 40 + b"]" * 40, [1, 33]),
        (b"name: a\n---\nname: b", [2, 1]),
        (b"a: &a [" + b"1," * 200 + b"]\nb: &b [" + b"*a," * 200 + b"]", None),
        (b" " * 200_001, []),
    ],
)
def test_a_hostile_file_is_a_mistake_like_any_other(desk: Desk, text: bytes, loc: list[int] | None) -> None:
    """NUL, half surrogates, other encodings, depth, bombs, size. Parsers differ in the column of some."""
    (fault,) = faults(applied(desk, text))

    assert fault["loc"] == loc or (loc is None and [type(part) for part in fault["loc"]] == [int, int])


@pytest.mark.parametrize("text", [b"[]", b"null", b'"text"', b"1"])
def test_json_that_is_no_mapping_is_a_mistake(desk: Desk, text: bytes) -> None:
    """The file says so itself."""
    assert faults(applied(desk, text, kind="application/json"))


@pytest.mark.parametrize("text", [b"{", rb'{"name": "\u0000"}', rb'{"name": "\ud800"}', b'{"a":' * 65 + b"1" + b"}" * 65])
def test_json_is_bounded_here_as_well(desk: Desk, text: bytes) -> None:
    """Like every other body."""
    assert applied(desk, text, kind="application/json").json()["code"] in {"json_invalid", "text_invalid", "json_too_deep"}


def test_the_name_of_the_file_is_the_projects(desk: Desk) -> None:
    """Otherwise one of the two is a mistake."""
    assert [(one["loc"], one["code"]) for one in faults(applied(desk, SURVEY))] == [(["name"], "name_differs")]


def test_an_empty_file_is_refused(desk: Desk) -> None:
    """With a word on what to send."""
    answer = applied(desk, b"")

    assert (answer.status_code, answer.json()["code"]) == (422, "body_missing")


def test_a_file_of_another_type_is_refused(desk: Desk) -> None:
    """415."""
    assert applied(desk, example(), kind="text/plain").status_code == 415


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/projects"), ("GET", "/projects/appointment"), ("PUT", "/projects/appointment")]
)
def test_an_unknown_parameter_is_refused(desk: Desk, method: str, path: str) -> None:
    """A misspelt option must not pass for one that was taken."""
    answer = desk.ask(method, f"{path}?dry_run=1", content=CHANGED, headers={"Content-Type": "application/yaml"})

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "unknown_field")
    assert desk.count("versions") == 2


def test_the_schema_is_the_shipped_one(desk: Desk) -> None:
    """For editors: no key is needed."""
    answer = desk.ask("GET", "/schemas/project.json", key=None)

    assert (answer.status_code, answer.json()) == (200, json.loads(json_schema()))


def test_versions_are_read_newest_first(desk: Desk) -> None:
    """Each with the file as it was applied, page by page; a cursor fits its own project alone."""
    files = [example().replace("silence: 8s", f"silence: {seconds}s") for seconds in (9, 10, 11)]
    for file in files:
        assert applied(desk, file).status_code == 201
    numbers, cursor = [], ""
    while cursor is not None:
        page = desk.ask("GET", f"/projects/appointment/versions?limit=3{cursor and f'&cursor={cursor}'}").json()
        numbers += [(one["version"], one["yaml"]) for one in page["versions"]]
        cursor = page["pagination"]["cursor"]

    assert [number for number, _ in numbers] == [4, 3, 2, 1]
    assert [yaml for _, yaml in numbers[:3]] == files[::-1]
    first = desk.ask("GET", "/projects/appointment/versions?limit=1").json()
    assert set(first["versions"][0]) == {"version", "config_version_id", "created_at", "yaml"}
    foreign = desk.ask("GET", f"/projects/appointment/versions?cursor={first['pagination']['cursor']}", key="rt_other")
    assert foreign.status_code == 422
    assert desk.ask("GET", "/projects/none/versions").status_code == 404
    assert desk.ask("GET", "/projects/appointment/versions?limit=0").status_code == 422
