"""Projects and their immutable, numbered versions."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ringtrue.agents.files import example
from ringtrue.calls import projects
from ringtrue.calls.store import Tx
from ringtrue.domain.records import Project
from ringtrue.errors import InvalidInput, NotFound, ProjectInvalid
from ringtrue.ids import OrgId, ProjectId
from ringtrue.testing.clock import START
from ringtrue.testing.office import FILES, Office

Do = Callable[[Callable[[Tx], object]], object]


def test_applying_a_file_makes_the_project_and_its_first_version(do: Do, office: Office) -> None:
    """Its text is kept as it was written."""

    def check(tx: Tx) -> None:
        survey = example().replace("name: appointment", "name: survey", 1)
        applied = projects.apply(tx, office.org.id, "survey", survey, files=FILES, at=START)

        assert (applied.is_new_project, applied.is_new_version) == (True, True)
        assert (applied.version.number, applied.version.yaml) == (1, survey)
        assert tx.version(applied.version.id) == applied.version
        assert tx.project_by_name(office.org.id, "survey") == applied.project

    do(check)


def test_changed_content_is_the_next_version(do: Do, office: Office) -> None:
    """The earlier one stays as it was."""

    def check(tx: Tx) -> None:
        changed = example().replace("silence: 8s", "silence: 9s")
        applied = projects.apply(tx, office.org.id, "appointment", changed, files=FILES, at=START)

        assert (applied.is_new_project, applied.is_new_version, applied.version.number) == (False, True, 2)
        assert projects.latest(tx, applied.project) == applied.version
        assert tx.version(office.version.id) == office.version

    do(check)


@pytest.mark.parametrize("rewrite", [lambda text: text, lambda text: f"# a comment\n{text}\n"])
def test_unchanged_content_makes_no_new_version(do: Do, office: Office, rewrite: Callable[[str], str]) -> None:
    """However it is written."""

    def check(tx: Tx) -> None:
        applied = projects.apply(tx, office.org.id, "appointment", rewrite(example()), files=FILES, at=START)
        assert (applied.is_new_project, applied.is_new_version, applied.version) == (False, False, office.version)

    do(check)


def test_going_back_to_older_content_is_a_new_version(do: Do, office: Office) -> None:
    """Versions are a history."""

    def check(tx: Tx) -> None:
        changed = example().replace("silence: 8s", "silence: 9s")
        projects.apply(tx, office.org.id, "appointment", changed, files=FILES, at=START)
        applied = projects.apply(tx, office.org.id, "appointment", example(), files=FILES, at=START)
        assert (applied.is_new_version, applied.version.number) == (True, 3)

    do(check)


def test_a_file_of_another_name_is_refused(do: Do, office: Office) -> None:
    """Naming the field."""
    with pytest.raises(InvalidInput) as caught:
        do(lambda tx: projects.apply(tx, office.org.id, "survey", example(), files=FILES, at=START))

    assert (caught.value.field, caught.value.detail_code) == (("name",), "name_differs")


def test_a_faulty_file_leaves_everything_as_it_was(do: Do, office: Office) -> None:
    """With every mistake named."""
    with pytest.raises(ProjectInvalid):
        do(lambda tx: projects.apply(tx, office.org.id, "appointment", "name: appointment\n", files=FILES, at=START))

    assert do(lambda tx: projects.latest(tx, office.project)) == office.version


def test_projects_are_found_by_name_or_id_in_their_own_organization(do: Do, office: Office) -> None:
    """Elsewhere they are unknown."""

    def check(tx: Tx) -> None:
        for key in ("appointment", office.project.id):
            assert projects.find_project(tx, office.org.id, key, field="project_id") == office.project
            with pytest.raises(InvalidInput) as caught:
                projects.find_project(tx, OrgId("org_other"), key, field="project_id")
            assert caught.value.field == ("project_id",)

    do(check)


def test_a_project_without_a_version_says_so(do: Do, office: Office) -> None:
    """It cannot be called."""

    def check(tx: Tx) -> None:
        empty = Project(id=ProjectId("empty"), org_id=office.org.id, name="empty", created_at=START)
        tx.add_project(empty)
        with pytest.raises(NotFound):
            projects.latest(tx, empty)

    do(check)
