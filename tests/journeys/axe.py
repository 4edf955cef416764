"""axe-core on a page in a browser: WCAG 2.0 to 2.2, A and AA, and its best practices."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakSet

from playwright.sync_api import Page

VENDOR = Path(__file__).resolve().parents[1] / "vendor"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: Rules that another theme can break: everything else is the same page.
COLOURS = ["color-contrast", "link-in-text-block"]
RUN = """([type, values]) => axe.run(document, {
  runOnly: {type, values}, resultTypes: ['violations', 'incomplete'],
})"""


#: Pages whose contexts refuse scripts; ``open_page`` enters them.
WITHOUT_SCRIPTS: WeakSet[Page] = WeakSet()


@dataclass(frozen=True)
class Findings:
    """What is wrong, and what a person has to look at: one line each."""

    violations: list[str]
    unsure: list[str]


def run(page: Page, *, only_colours: bool = False) -> Findings:
    """Return what axe says of ``page`` as it stands. Its context must allow scripts: axe would wait for ever."""
    assert page not in WITHOUT_SCRIPTS, "axe needs a page with JavaScript: open_page(size)"
    if not page.evaluate("() => Boolean(window.axe)"):
        script = next(VENDOR.rglob("axe.min.js"))
        page.evaluate(script.read_text(encoding="utf-8"))
    results: dict[str, Any] = page.evaluate(RUN, ["rule", COLOURS] if only_colours else ["tag", TAGS])
    assert results["testEngine"]["name"] == "axe-core"
    return Findings(
        violations=[_line(rule, with_reason=True) for rule in results["violations"]],
        unsure=[_line(rule, with_reason=False) for rule in results["incomplete"]],
    )


def _line(rule: dict[str, Any], *, with_reason: bool) -> str:
    nodes = rule["nodes"]
    places = ", ".join(" ".join(map(str, node["target"])) for node in nodes[:3])
    reason = f": {nodes[0]['failureSummary']}" if with_reason else ""
    more = f" and {len(nodes) - 3} more" if len(nodes) > 3 else ""
    return f"{rule['id']} ({rule['impact']}) at {places}{more}{reason}"
