"""The scenarios of the suite: each has an id, the ids that ran are printed, and with CI=true they must be the committed list.

And what tests of several rooms begin with: a real store with an office in it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from ringtrue.clock import SystemClock
from ringtrue.storage.database import SqliteStore
from ringtrue.testing.office import Office, open_office

# A noisy machine is no defect, so no example has a deadline; the gate tries the same examples each time, a developer new ones.
hypothesis.settings.register_profile("ringtrue", deadline=None)
hypothesis.settings.register_profile("gate", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("gate" if os.environ.get("CI") == "true" else "ringtrue")

LISTED = Path(__file__).with_name("scenarios.txt")
_passed = pytest.StashKey[set[str]]()
_KEPT = "ringtrue/scenarios"


def _ids(item: pytest.Item) -> list[str]:
    return [str(mark.args[0]) for mark in item.iter_markers("scenario")]


@pytest.hookimpl(trylast=True)  # behind the cache
def pytest_configure(config: pytest.Config) -> None:
    """Start with nothing run, or with what ran before where only what failed is run again."""
    cache = getattr(config, "cache", None)  # which may be off
    config.stash[_passed] = set(cache.get(_KEPT, [])) if cache and config.getoption("lf", False) else set()
    config.pluginmanager.register(_Ledger(config))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):  # type: ignore[no-untyped-def]
    """Write the scenario into the report, which comes from another process where tests run in several."""
    report = yield
    report.user_properties += [("scenario", name) for name in _ids(item)]
    return report


class _Ledger:
    """Notes which scenarios passed."""

    def __init__(self, config: pytest.Config) -> None:
        self._passed = config.stash[_passed]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test went through one of its phases."""
        if report.when == "call" and report.passed:
            self._passed.update(str(name) for key, name in report.user_properties if key == "scenario")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the ids that ran."""
    ran = sorted(config.stash[_passed])
    if ran:
        terminalreporter.section("scenarios")
        for name in ran:
            terminalreporter.write_line(f"scenario {name}")
        missing = _missing(config)
        for name in missing:
            terminalreporter.write_line(f"scenario {name}: listed in tests/scenarios.txt, but it did not run", red=True)
        for name in sorted(set(ran) - _listed()):
            terminalreporter.write_line(f"scenario {name}: not listed in tests/scenarios.txt", red=True)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """With CI=true and every scenario chosen, what ran must be what is listed."""
    config = session.config
    is_worker = hasattr(config, "workerinput")  # of pytest-xdist, which runs a part of the tests
    if is_worker or not _is_whole(config):
        return
    if cache := getattr(config, "cache", None):
        cache.set(_KEPT, sorted(config.stash[_passed]))
    if os.environ.get("CI") != "true" or exitstatus != 0:
        return
    if _missing(config) or config.stash[_passed] - _listed():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _listed() -> set[str]:
    lines = LISTED.read_text().splitlines() if LISTED.exists() else []
    return {line.strip() for line in lines if line.strip() and not line.startswith("#")}


def _is_whole(config: pytest.Config) -> bool:
    """Whether this run was to be of all real-time tests, and not of a chosen few."""
    return config.option.markexpr == "realtime" and not config.option.keyword and config.args in ([], ["tests"])


def _missing(config: pytest.Config) -> list[str]:
    return sorted(_listed() - config.stash[_passed]) if _is_whole(config) else []


@pytest.fixture(scope="session")
def office_database(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Office]:
    """A database with an office, made once."""
    path = tmp_path_factory.mktemp("office") / "ringtrue.db"
    store = SqliteStore.open(path, SystemClock())
    office = store.run_now(open_office)
    store.close()
    return path, office


@pytest.fixture
def office(office_database: tuple[Path, Office]) -> Office:
    """The office in it."""
    return office_database[1]


@pytest.fixture
def store(tmp_path: Path, office_database: tuple[Path, Office]) -> Iterator[SqliteStore]:
    """A copy of it as an open store."""
    opened = SqliteStore.open(Path(shutil.copy(office_database[0], tmp_path / "ringtrue.db")), SystemClock())
    yield opened
    opened.close()
