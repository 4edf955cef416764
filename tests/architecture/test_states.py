"""Every state is written through the table of its rules: no function sets one without asking where it may go."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.databases import ROOT

#: What a state is called as a column, and what asks a table.
COLUMNS = {"state", "status", "answer"}
ASKS = {"after", "item_after", "answer_after", "check", "check_status", "_enter", "_go"}
#: Where a row begins or the past is told, each with its reason. A job's are those of a lease.
NOT_ASKED = {
    "coordination/decisions/services.py": "a new decision begins open, or done where there is nothing to do",
    "coordination/decisions/switch_services.py": "what becomes a task or a decision takes its status along",
    "coordination/demo": "the demonstration writes the past as it was",
}


def writes(path: Path) -> Iterator[str]:
    """Return the functions of a module that set a state and ask no table."""
    for function in ast.walk(ast.parse(path.read_text())):
        if not isinstance(function, ast.FunctionDef):
            continue
        nodes = list(ast.walk(function))
        targets = [target for node in nodes if isinstance(node, ast.Assign) for target in node.targets]
        flat = [one for target in targets for one in (target.elts if isinstance(target, ast.Tuple) else [target])]
        sets = any(
            isinstance(one, ast.Attribute) and one.attr in COLUMNS and ast.unparse(one.value) != "job" for one in flat
        )
        calls = {node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
        if sets and not calls & ASKS:
            yield function.name


def test_each_state_is_written_through_its_table() -> None:
    found = {}
    for path in sorted((ROOT / "coordination").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not any(name.startswith(known) for known in NOT_ASKED) and (functions := list(writes(path))):
            found[name] = functions
    assert found == {}


def test_a_state_that_is_set_by_hand_is_found(tmp_path: Path) -> None:
    path = tmp_path / "bad.py"
    wrong = "def wrong(row):\n    row.state, row.at = 'sent', None\n"
    path.write_text(wrong + "def right(row):\n    row.state = after(1)\n")
    assert list(writes(path)) == ["wrong"]
