"""Adds up the JUnit reports in a folder and prints "N passed, N failed".

Usage: test_summary.py FOLDER [FAILED_STEP ...]

A step that failed without a failed test in its report (it did not build, it crashed, it has no report) counts as one
failure of its own. Exits with 1 when anything failed, or when a report that a successful step must leave is missing.
"""

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

STEPS_WITH_REPORTS = ("unit", "simulation", "e2e")


def count(report: Path) -> tuple[int, int]:
    """Passed and failed cases of one report; skipped cases are neither."""
    passed = failed = 0
    for case in ElementTree.parse(report).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
            print(f"FAILED {case.get('classname', '')} {case.get('name', '')}".replace("  ", " "))
        elif case.find("skipped") is None:
            passed += 1
    return passed, failed


def main(folder: Path, failed_steps: list[str]) -> int:
    passed = failed = 0
    for step in sorted(set(failed_steps) | set(STEPS_WITH_REPORTS)):
        step_passed = step_failed = 0
        # swift test writes XCTest's cases to NAME.xml and swift-testing's to NAME-swift-testing.xml.
        for report in sorted(folder.glob(f"{step}*.xml")):
            try:
                more_passed, more_failed = count(report)
            except ElementTree.ParseError as error:
                print(f"FAILED {report.name}: {error}")
                more_passed, more_failed = 0, 1
            step_passed += more_passed
            step_failed += more_failed
        if step in failed_steps and step_failed == 0:
            print(f"FAILED step {step}")
            step_failed = 1
        elif step not in failed_steps and step_passed + step_failed == 0 and not failed_steps:
            print(f"FAILED step {step}: no test ran")
            step_failed = 1
        passed += step_passed
        failed += step_failed
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or failed_steps else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
