"""Alembic's environment: the application's own engine and metadata; SQLite by batches."""

from __future__ import annotations

import logging
from typing import Any, Literal

from alembic import context
from flask import current_app

from coordination.core.db import Base, UtcDateTime, WallTime
from coordination.core.work import writing

log = logging.getLogger("alembic.env")


def include_name(name: str | None, kind: str, _parents: Any) -> bool:
    """Leave alone what is not in our metadata: the runner's tables and the search index of each database."""
    return kind != "table" or name in Base.metadata.tables


def include_object(_item: Any, _name: str | None, _kind: str, is_reflected: bool, compare_to: Any) -> bool:
    """Leave alone what only the database has: columns and indexes that PostgreSQL makes for the search."""
    return not (is_reflected and compare_to is None and _table_of(_item) == "search_entry")


def _table_of(item: Any) -> str:
    return getattr(getattr(item, "table", item), "name", "")


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own column types as what they are in the database: a migration imports none of the product."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, WallTime):
        return "sa.DateTime()"
    return False


def migrate() -> None:
    """Run the migrations in one transaction each, with foreign keys off on SQLite while tables are rebuilt."""
    engine = current_app.extensions["migrate"].db.engine
    with writing(), engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            include_name=include_name,
            include_object=include_object,
            render_item=render_item,
            render_as_batch=True,
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")


migrate()
