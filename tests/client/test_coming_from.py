"""The pages for those who come from elsewhere leave no field and no reason out, and their examples run."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ringtrue.domain.disposition import Disposition

if TYPE_CHECKING:
    from conftest import Site

ROOT = Path(__file__).parents[2]
PAGES = pytest.mark.parametrize("page", ["coming-from-puppeteer", "coming-from-retell"])


def section(page: str, title: str) -> str:
    """What stands under that heading."""
    return (ROOT / "docs" / f"{page}.md").read_text().partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def column(page: str, title: str, place: int) -> list[str]:
    """The names in that column of the section's first table."""
    table = re.search(r"(^\|.*\n)+", section(page, title), re.MULTILINE)
    assert table is not None
    cells = [row.split("|")[1 + place] for row in table[0].splitlines()[2:]]
    return [name for cell in cells for name in re.findall(r"`(\w+)`", cell)]


def example(page: str, language: str) -> str:
    """The five lines."""
    found = re.search(rf"```{language}\n(.*?)```", section(page, "Five lines"), re.DOTALL)
    assert found is not None
    return found[1]


@PAGES
def test_every_field_of_a_call_is_in_the_table(page: str) -> None:
    """Those that `GET /calls/{call_id}` was ordered with, among ours, each once."""
    seed = (ROOT / "tests" / "data" / "get-call.seed.txt").read_text()
    ordered = re.findall(r'^  "(\w+)":', seed, re.MULTILINE)

    ours = column(page, "Fields", 1)

    assert len(ordered) == 18
    assert [name for name in ours if name in ordered] == ordered


@PAGES
def test_every_reason_is_in_the_table(page: str) -> None:
    """Each once, in the order of the code, and none that we do not know."""
    assert column(page, "Reasons", 0) == [reason.value for reason in Disposition]


def test_the_status_beside_a_reason_is_the_one_it_ends_in() -> None:
    """As the code has it."""
    statuses = column("coming-from-puppeteer", "Reasons", 1)

    assert statuses == ["error" if reason.is_error else "ended" for reason in Disposition]


def test_the_lines_of_curl_run(site: Site, tmp_path: Path) -> None:
    """A call is placed and listed."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "api-key").write_text("rt_right\n")
    lines = example("coming-from-puppeteer", "sh").replace("http://127.0.0.1:8080", site.url)

    done = subprocess.run(["sh", "-eu", "-c", lines], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True)

    assert re.findall(r'"thread_id":"(thread_\w+)"', done.stdout)
    assert done.stdout.count('"status":"queued"') == 2


def test_the_lines_of_python_run(site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A call is placed, read and listed."""
    monkeypatch.setenv("RINGTRUE_URL", site.url)
    monkeypatch.setenv("RINGTRUE_API_KEY", "rt_right")

    exec(compile(example("coming-from-retell", "python"), "coming-from-retell.md", "exec"), {})

    call_id, *rest = capsys.readouterr().out.split()
    assert call_id.startswith("call_")
    assert rest == ["queued", "None", "0"]
