"""PostgreSQL crashes under load: said by /readyz, survived without a restart, nothing acknowledged lost."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from tests import databases, postgres
from tests.faults.office import EMAIL, faults, furnish
from tests.faults.processes import product, wait_until, whenever
from tests.faults.test_web import note
from tests.faults.writers import Journal, Person, write_all

pytestmark = pytest.mark.slow
CRASHES = 3


@pytest.fixture
def own_server() -> Iterator[Path]:
    """Return the folder of a server of this test's own, that keeps what it has acknowledged."""
    if reason := postgres.obstacle():
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="kp-") as name:
        folder = Path(name) / "pg"
        Path(name).chmod(0o711)
        folder.mkdir(mode=0o700)
        postgres.start(folder, postgres.DURABLE)
        try:
            yield folder
        finally:
            postgres.stop(folder)


def test_a_crashed_database_is_said_and_survived(
    own_server: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = postgres.url(own_server, "postgres")
    databases.migrate(url)
    app = databases.make_app(url, tmp_path)
    office = furnish(app, running=120)
    databases.dispose(app)
    writes = [form for n in range(120) for form in (office.beginning(n), office.ending(n))]
    journal, said, back = Journal(), [], []
    with product(url, tmp_path) as running:

        def crash() -> None:
            postgres.crash(own_server)
            said.append(running.ask("/readyz"))
            time.sleep(1)
            postgres.resume(own_server, postgres.DURABLE)
            back.append(wait_until(lambda: running.status("/readyz") == 200, "the product does not recover"))

        running.start_web()
        person = Person(running.port).sign_in(EMAIL)
        before = running.web_workers()
        with whenever(lambda: len(journal.acknowledged), 240 // (CRASHES + 2), crash) as crashes:
            write_all(person, writes, journal, hands=4, pause=0.1)
        assert running.web_workers() == before, "a web process had to be started anew"
        assert running.status("/healthz") == 200
        strange = [
            line for line in running.log() if line["level"] == "ERROR" and line["event"] != "database_unavailable"
        ]
        assert not strange, strange[0]["exception"]
    assert len(crashes) >= CRASHES
    assert {status for status, _body in said} == {503}
    assert all(b"does not answer" in body and os.fsencode(own_server) not in body for _status, body in said)
    assert journal.count(500) == journal.count(0) == 0
    engine = create_engine(url)
    with Session(engine) as session:
        assert faults(session, office, journal) == []
    engine.dispose()
    note(
        request,
        f"{journal.figures()}; {len(crashes)} crashes, {journal.count(503)} times 503, ready "
        f"{max(back):.1f} s after the database at the latest",
    )
