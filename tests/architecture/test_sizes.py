import ast

import pytest

from tests.architecture.files import own_files, read

MODULE_LINES = 400
FUNCTION_LINES = 50
#: Migrations are lists of tables, made once and never changed.
MODULES = [name for name in own_files(".py") if not name.startswith("migrations/versions/")]


@pytest.mark.parametrize("name", MODULES)
def test_a_module_can_be_read_at_one_sitting(name: str) -> None:
    assert len(read(name).splitlines()) <= MODULE_LINES


@pytest.mark.parametrize("name", MODULES)
def test_a_function_fits_a_screen(name: str) -> None:
    functions = [node for node in ast.walk(ast.parse(read(name))) if isinstance(node, ast.FunctionDef)]
    sizes = {node.name: (node.end_lineno or node.lineno) - node.lineno + 1 for node in functions}
    assert {name: size for name, size in sizes.items() if size > FUNCTION_LINES} == {}
