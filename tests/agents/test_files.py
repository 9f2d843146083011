"""The doors of the agents' room: terms, data, JSON Schema, shipped examples."""

from __future__ import annotations

import json
from datetime import timedelta

import jsonschema
import pytest

from ringtrue.agents.files import YamlProjectFiles, example, json_schema, loaded
from ringtrue.agents.scripted import asks, examples, schema, steps, tree
from ringtrue.agents.scripted.faults import Faults
from ringtrue.agents.scripted.variables import check_variables
from ringtrue.errors import InvalidInput, ProjectInvalid

from .project_files import FILES

SCHEMA = json.loads(json_schema())


def plain(text: str) -> object:
    """The content of a file."""
    root = tree.parse(text, Faults())
    assert root is not None
    return json.loads(json.dumps(tree.plain(root)))


def properties(name: str) -> set[str]:
    """The keys that the schema knows for a part."""
    part = SCHEMA["$defs"][name]
    return set(next(iter(arm for arm in part.get("anyOf", [part]) if "properties" in arm))["properties"])


def test_the_schema_is_one() -> None:
    """The shipped schema is a valid schema of draft 2020-12."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", FILES)
def test_each_example_fits_the_schema(name: str) -> None:
    """What loads fits the schema."""
    errors = [error.message for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(plain(FILES[name]))]

    assert errors == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("name: appointment", "name: No Name"), ("timezone:", "timezon:"), ("ask: {type: yes_no}", "ask: {type: yesno}"),
        ("successful: true", "succesful: true"), ("ring: 40s", "ring: 40"), ("type: script", "type: llm"),
        ("recording: always", "recording: often"),
    ],
)  # fmt: skip
def test_a_mistake_fits_neither_the_schema_nor_the_loader(right: str, wrong: str) -> None:
    """The schema says no where the loader does."""
    text = example().replace(right, wrong, 1)

    assert list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(plain(text)))
    with pytest.raises(ProjectInvalid):
        YamlProjectFiles().read(text)


def test_the_schema_knows_the_keys_that_the_loader_knows() -> None:
    """No key can be added to one of the two alone."""
    nullable = {key: SCHEMA["properties"][key]["anyOf"][0]["properties"] for key in ("voicemail", "limits", "analysis")}
    agent = SCHEMA["$defs"]["agent"]["properties"]

    assert set(SCHEMA["properties"]) == set(schema.TOP)
    assert {key: set(known) for key, known in nullable.items()} == {
        "voicemail": set(schema.VOICEMAIL), "limits": set(schema.LIMITS), "analysis": set(schema.ANALYSIS),
    }  # fmt: skip
    assert properties("variable") == set(schema.VARIABLE)
    assert properties("field") == set(schema.FIELD)
    assert set(agent) == set(steps.AGENT)
    assert set(agent["unclear"]["anyOf"][0]["properties"]) == set(steps.UNCLEAR)
    assert set(agent["anywhere"]["anyOf"][0]["additionalProperties"]["anyOf"][0]["properties"]) == set(steps.ANYWHERE)
    assert properties("step") == set(steps.STEP)
    assert properties("end") == set(steps.END)
    assert properties("option") == set(asks.OPTION)
    assert properties("test") == set(examples.TEST)
    kinds = {arm["properties"]["type"]["const"]: set(arm["properties"]) for arm in SCHEMA["$defs"]["ask"]["oneOf"]}
    assert kinds == {kind: set(keys) for kind, keys in asks.KEYS_OF_KIND.items()}


def test_the_samples_use_every_kind_and_every_key() -> None:
    """The example and the samples together leave no part of the project file unused."""
    used: set[str] = set()

    def walk(value: object) -> None:
        if isinstance(value, dict):
            used.update(value)
            used.update(str(entry) for key, entry in value.items() if key == "type")
            for entry in value.values():
                walk(entry)
        elif isinstance(value, list):
            for entry in value:
                walk(entry)

    for text in FILES.values():
        walk(plain(text))
    known = {*schema.TOP, *schema.VARIABLE, *schema.VARIABLE_TYPES, *schema.VOICEMAIL, *schema.LIMITS, *schema.ANALYSIS,
             *schema.FIELD, *schema.FIELD_TYPES, *steps.AGENT, *steps.STEP, *steps.END, *steps.ANYWHERE, *steps.UNCLEAR,
             *asks.KINDS, *asks.OPTION, *examples.TEST, *examples.TURN, *examples.EXPECT,
             *(key for keys in asks.KEYS_OF_KIND.values() for key in keys)}  # fmt: skip
    assert known - used == set()


def test_the_terms_of_a_file() -> None:
    """What the use cases of calls must know."""
    terms = YamlProjectFiles().read(example())

    assert (terms.name, terms.language, terms.timezone, terms.recording) == ("appointment", "en-US", "America/New_York", "always")
    assert (terms.ring, terms.total) == (timedelta(seconds=40), timedelta(minutes=10))
    assert (terms.countries, list(terms.analysis_fields)) == (None, ["outcome", "new_time"])


def test_a_file_posted_as_json_becomes_the_same_yaml() -> None:
    """The YAML made of JSON has the same content as the file it came from."""
    files = YamlProjectFiles()

    text = files.from_json(plain(example()))

    assert files.same(text, example())
    assert not files.same(text, FILES["survey"])
    with pytest.raises(ProjectInvalid):
        files.from_json({"name": "x"})


def test_data_in_normal_form_with_defaults() -> None:
    """Defaults are filled in, unknown entries kept, examples never used."""
    project = loaded(example())
    data = {"first_name": "Anna", "appointment": "2027-03-04T10:30", "offers": [], "crm": {"id": 7}}

    assert check_variables(project, data) == {**data, "doctor": "your doctor"}
    with pytest.raises(InvalidInput) as caught:
        check_variables(project, {"offers": None, "first_name": 5})
    assert caught.value.field == ("json_data", "first_name")
    assert [name in caught.value.sentence for name in ("first_name", "appointment", "offers", "doctor")] == [
        True,
        True,
        True,
        False,
    ]
    with pytest.raises(InvalidInput):
        YamlProjectFiles().check_variables(example(), {})
