"""Two people at the same moment: what one does while another one's transaction is open."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from coordination.core.access import Actor
from coordination.core.work import Work, work_as

_WAITS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def engine_of(app: Flask) -> Engine:
    with app.app_context():
        engine: Engine = app.extensions["sqlalchemy"].engines[None]
    return engine


@contextmanager
def meanwhile(engine: Engine, run: Callable[[], object]) -> Iterator[Future[object]]:
    """Let somebody else ``run`` something while the transaction of the caller is open; it is over after the block.

    The block begins once it is over, or waits for the caller: on SQLite whatever writes does.
    """
    with ThreadPoolExecutor(1) as pool:
        found = pool.submit(run)
        if engine.dialect.name == "postgresql":
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as looking:
                while not found.done() and not looking.scalar(text(_WAITS)):
                    time.sleep(0.005)
        yield found


def work_of(engine: Engine, actor: Actor, step: Callable[[Work], object]) -> Callable[[], object]:
    """Return what does a step in a transaction of its own."""

    def run() -> object:
        with Session(engine) as own, work_as(own, actor) as work:
            return step(work)

    return run
