"""What did not run is said in one line each; where nothing may be skipped, skipping is failing."""

import os
from collections import Counter
from collections.abc import Generator
from typing import Any

import pytest

NOTHING_SKIPPED = "KOORDINATION_NOTHING_SKIPPED"
#: Properties of a report whose values are shown at the end, once each.
REMARK = "remark"


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get(NOTHING_SKIPPED):
        report.outcome = "failed"
        report.longrepr = f"{NOTHING_SKIPPED} is set, but: {skip_reason(report)}"


def skip_reason(report: Any) -> str:
    """Return why ``report``'s test was skipped."""
    where = report.longrepr
    reason = where[2] if isinstance(where, tuple) else str(where)
    return str(reason).removeprefix("Skipped: ")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash.setdefault(REPORTS, {})[call.when] = report
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse_skip(report)
    return report


#: The reports of a test so far, by phase: a fixture's end can tell whether its test failed.
REPORTS: pytest.StashKey[dict[str, pytest.TestReport]] = pytest.StashKey()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print each reason for not running once, with the number of tests."""
    skipped = Counter(skip_reason(report) for report in terminalreporter.stats.get("skipped", ()))
    for reason, count in skipped.most_common():
        terminalreporter.write_line(f"Not run: {count} {'test' if count == 1 else 'tests'}: {reason}", yellow=True)
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, ())]
    remarks = Counter(value for report in reports for name, value in report.user_properties if name == REMARK)
    for remark, count in sorted(remarks.items()):
        terminalreporter.write_line(f"{remark} ({count} x)")
