"""What did not run is said in one line each; where nothing may be skipped, skipping is failing.

``--at 23:50`` (a day too: ``--at 2027-03-28T02:30``) runs tests as if it were that time in Germany: a test that passes
in the afternoon alone is found by it. Processes that a test starts do not follow.

``--minutes 60`` begins no test after an hour. What did not run is said with its number, and is no failure: a machine
that is slow today does not take the result of all that ran with it. When none had time, the run has failed.
"""

import os
from collections import Counter
from collections.abc import Generator
from datetime import datetime, time
from time import monotonic
from typing import Any

import pytest
import time_machine

from coordination.core import clock

NOTHING_SKIPPED = "KOORDINATION_NOTHING_SKIPPED"
#: Properties of a report whose values are shown at the end, once each.
REMARK = "remark"
#: Begins the reason of what did not run for want of time.
LATE = "no time was left"
_BEGUN = monotonic()


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    is_refused = report.skipped and not hasattr(report, "wasxfail") and not skip_reason(report).startswith(LATE)
    if is_refused and os.environ.get(NOTHING_SKIPPED):
        report.outcome = "failed"
        report.longrepr = f"{NOTHING_SKIPPED} is set, but: {skip_reason(report)}"


def skip_reason(report: Any) -> str:
    """Return why ``report``'s test was skipped."""
    where = report.longrepr
    reason = where[2] if isinstance(where, tuple) else str(where)
    return str(reason).removeprefix("Skipped: ")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer to run as if it were another time, and to begin nothing after some minutes."""
    parser.addoption("--minutes", metavar="N", type=int, help="begin no test after so many minutes")
    parser.addoption("--at", metavar="TIME", help="run as if it were this time (23:50, 2027-03-28T02:30) in Germany")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Set the clock of this process, which goes on from there."""
    if asked := session.config.getoption("--at"):
        wall = (
            datetime.fromisoformat(asked)
            if "T" in asked
            else datetime.combine(clock.today(), time.fromisoformat(asked))
        )
        traveller = time_machine.travel(clock.zoned(wall), tick=True)
        traveller.start()
        session.config.add_cleanup(traveller.stop)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin nothing when the time is over."""
    minutes = item.config.getoption("--minutes")
    if minutes is not None and monotonic() - _BEGUN > minutes * 60:
        pytest.skip(f"{LATE} of the {minutes} minutes of this run")


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


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let a run fail that had no time for any of its tests: it says nothing."""
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    stats = reporter.stats if reporter is not None else {}
    late = [one for one in stats.get("skipped", ()) if skip_reason(one).startswith(LATE)]
    if late and not stats.get("passed"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print each reason for not running once, with the number of tests."""
    skipped = Counter(skip_reason(report) for report in terminalreporter.stats.get("skipped", ()))
    for reason, count in skipped.most_common():
        terminalreporter.write_line(f"Not run: {count} {'test' if count == 1 else 'tests'}: {reason}", yellow=True)
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, ())]
    remarks = Counter(value for report in reports for name, value in report.user_properties if name == REMARK)
    for remark, count in sorted(remarks.items()):
        terminalreporter.write_line(f"{remark} ({count} x)")
