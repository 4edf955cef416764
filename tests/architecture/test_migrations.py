from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, Engine, Index, create_engine, inspect

from coordination.core.db import Base
from tests import databases

SCRIPTS = ScriptDirectory(str(databases.ROOT / "migrations"))
REVISIONS = [revision.revision for revision in reversed(list(SCRIPTS.walk_revisions()))]
#: Tables that others keep: the revision's own, the job queue's, SQLite's full-text search with its shadows.
FOREIGN = ("alembic_version", "huey", "search_word", "search_part", "search_term", "sqlite_")


def _is_generated(thing: object) -> bool:
    """Return whether a column or index serves only PostgreSQL's search, which fills it by itself."""
    columns = thing.columns if isinstance(thing, Index) else [thing]
    return any(isinstance(column, Column) and column.computed is not None for column in columns)


def _is_ours(thing: object, name: str | None, kind: str, reflected: bool, _other: object) -> bool:
    if kind == "table":
        return not str(name).startswith(FOREIGN)
    if (
        kind == "index"
        and isinstance(thing, Index)
        and thing.table is not None
        and thing.table.name.startswith(FOREIGN)
    ):
        return False
    return not (reflected and kind in {"column", "index"} and _is_generated(thing))


def _schema(connection: Connection) -> dict[str, object]:
    """Return all that the database itself knows about the tables."""
    look = inspect(connection)
    return {
        table: (
            sorted((column["name"], str(column["type"]), column["nullable"]) for column in look.get_columns(table)),
            sorted(str(index["name"]) for index in look.get_indexes(table)),
            sorted(str(key["name"]) for key in look.get_foreign_keys(table)),
            sorted(str(check["name"]) for check in look.get_check_constraints(table)),
        )
        for table in look.get_table_names()
        if table != "alembic_version"
    }


@pytest.fixture
def engine(empty_database_url: str) -> Iterator[Engine]:
    engine = create_engine(empty_database_url)
    yield engine
    engine.dispose()


def test_there_is_one_line_of_migrations() -> None:
    assert len(SCRIPTS.get_heads()) == 1


def test_up_down_to_nothing_and_up_again(empty_database_url: str, engine: Engine) -> None:
    databases.migrate(empty_database_url)
    with engine.connect() as connection:
        first = _schema(connection)
    databases.migrate(empty_database_url, "base", down=True)
    with engine.connect() as connection:
        nothing = _schema(connection)
    databases.migrate(empty_database_url)
    with engine.connect() as connection:
        second = _schema(connection)

    assert first
    assert nothing == {}
    assert second == first


def test_the_migrated_tables_are_those_of_the_models(empty_database_url: str, engine: Engine) -> None:
    databases.migrate(empty_database_url)
    with engine.connect() as connection:
        options = {"compare_type": True, "include_object": _is_ours}
        difference = compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)

    assert difference == []


@pytest.mark.slow
def test_every_step_can_be_taken_back(empty_database_url: str, engine: Engine) -> None:
    before = "base"
    for revision in REVISIONS:
        with engine.connect() as connection:
            old = _schema(connection)
        databases.migrate(empty_database_url, revision)
        databases.migrate(empty_database_url, before, down=True)
        with engine.connect() as connection:
            assert _schema(connection) == old, revision
        databases.migrate(empty_database_url, revision)
        before = revision
