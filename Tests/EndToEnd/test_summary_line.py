"""The last line of `make test` must never hide a failure."""

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "test_summary.py"

PASSING = '<testsuite><testcase classname="A" name="one"/><testcase classname="A" name="two"/></testsuite>'
SIMULATION = {"simulation-swift-testing.xml": '<testsuite><testcase classname="S" name="one"/></testsuite>'}
MIXED = (
    '<testsuites><testsuite><testcase name="one"/><testcase name="two"><failure message="no"/></testcase>'
    '<testcase name="three"><skipped/></testcase></testsuite></testsuites>'
)


def summarize(folder: Path, reports: dict[str, str], *failed_steps: str) -> tuple[str, int]:
    for name, text in reports.items():
        (folder / name).write_text(text)
    run = subprocess.run([sys.executable, SCRIPT, folder, *failed_steps], capture_output=True, text=True, check=False)
    return run.stdout.splitlines()[-1], run.returncode


def test_adds_up_all_reports(tmp_path):
    reports = {"unit.xml": "<testsuite/>", "unit-swift-testing.xml": PASSING, "e2e.xml": PASSING, **SIMULATION}
    assert summarize(tmp_path, reports) == ("5 passed, 0 failed", 0)


def test_failed_cases_fail(tmp_path):
    reports = {"unit-swift-testing.xml": PASSING, "e2e.xml": MIXED}
    assert summarize(tmp_path, reports, "e2e") == ("3 passed, 1 failed", 1)


def test_a_step_that_failed_without_a_report_is_one_failure(tmp_path):
    assert summarize(tmp_path, {"e2e.xml": PASSING}, "unit") == ("2 passed, 1 failed", 1)


def test_a_crash_after_passing_cases_is_one_failure(tmp_path):
    reports = {"unit-swift-testing.xml": PASSING, "e2e.xml": PASSING}
    assert summarize(tmp_path, reports, "unit") == ("4 passed, 1 failed", 1)


def test_a_report_that_is_missing_or_broken_fails(tmp_path):
    assert summarize(tmp_path, {"unit-swift-testing.xml": PASSING, **SIMULATION}) == ("3 passed, 1 failed", 1)
    assert summarize(tmp_path, {"e2e.xml": "<testsuite>"}) == ("3 passed, 1 failed", 1)
