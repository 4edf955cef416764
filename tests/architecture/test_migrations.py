from collections.abc import Iterator
from datetime import timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, Engine, Index, create_engine, delete, inspect, select
from sqlalchemy.orm import Session

from coordination.accounts.models import UserAccount
from coordination.core import clock
from coordination.core.access import Role
from coordination.core.db import Base
from coordination.core.work import AuditEntry
from coordination.decisions.models import StatusEntry
from coordination.decisions.rules import Told
from coordination.directory.models import EarlierValue, Place
from coordination.directory.rounds.models import ChangeProposal, ConfirmationRound, RoundPerson
from coordination.directory.rounds.rules import ProposalState
from coordination.mail.outbox import OutboxMail
from coordination.meetings.models import Invitation, Meeting
from coordination.privacy.models import Feedback, FeedbackUnit
from coordination.search.models import IndexEntry
from tests import databases, factories

SCRIPTS = ScriptDirectory(str(databases.ROOT / "migrations"))
REVISIONS = [revision.revision for revision in reversed(list(SCRIPTS.walk_revisions()))]
#: Tables that others keep: the revision's own, the job queue's, SQLite's full-text search with its shadows.
FOREIGN = ("alembic_version", "huey", "search_word", "search_part", "search_term", "search_title", "sqlite_")


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


def _made_once(connection: Connection) -> set[str]:
    """Return the tables of an SQLite database that never give a key twice."""
    found = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'")
    return set(found.scalars())


def test_keys_that_stand_elsewhere_are_never_given_again(empty_database_url: str, engine: Engine) -> None:
    databases.migrate(empty_database_url)
    wanted = {
        table.name for table in Base.metadata.sorted_tables if table.dialect_options["sqlite"].get("autoincrement")
    }
    assert {"user_account", "job", "outbox_mail", "assignment_step", "deputy"} <= wanted
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            assert _made_once(connection) == wanted


def _rows(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    tables = [table for table in Base.metadata.sorted_tables if table.name != "audit_entry"]
    return {table.name: [tuple(row) for row in connection.execute(select(table))] for table in tables}


def _found(connection: Connection) -> list[int]:
    statement = "SELECT rowid FROM search_word WHERE search_word MATCH 'ahornblatt'"
    return list(connection.exec_driver_sql(statement).scalars()) if connection.dialect.name == "sqlite" else []


def test_rows_survive_the_step_that_keeps_keys_and_gone_ones_count(empty_database_url: str, engine: Engine) -> None:
    databases.migrate(empty_database_url)
    with Session(engine) as session:
        unit = factories.organisation(session)
        who = factories.person(session, organisation_id=unit.id)
        factories.assignment(session, who, factories.school(session), unit)
        factories.member(session, who, "Beirat Probe")
        account = factories.account(session, "ada@example.org", Role.PLANNER, person_id=who.id)
        words = {"title_words": "ahornblatt", "turned_words": "ttalbnroha", "words": "ada ahornblatt"}
        session.add(IndexEntry(kind="person", subject_id=who.id, **words))
        session.add(AuditEntry(at=clock.utc_now(), user_id=4711, action="x", subject=f"user_account:{account.id}"))
        session.commit()
    with engine.connect() as connection:
        before, schema = _rows(connection), _schema(connection)
        assert before["presence"], "weekly times hang on a table that is built anew"
    for revision, down in (("0006", True), ("0007", False), ("head", False)):
        engine.dispose()
        databases.migrate(empty_database_url, revision, down=down)
    with engine.connect() as connection:
        assert (_rows(connection), _schema(connection)) == (before, schema)
        assert len(_found(connection)) == (engine.dialect.name == "sqlite")
        if engine.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    if engine.dialect.name != "sqlite":
        return
    with Session(engine) as session:
        # The trail names an account that was deleted before this step: its key is not given again either.
        assert factories.account(session, "neu@example.org").id == 4712
        session.execute(delete(UserAccount).where(UserAccount.id == 4712))
        assert factories.account(session, "neuer@example.org").id == 4713


def _meeting(session: Session) -> Meeting:
    return factories.meeting(session, factories.member(session, factories.person(session), "Beirat"), clock.today())


def _mail(recipient: str, about: str, message_id: str) -> OutboxMail:
    at = clock.utc_now()
    texts = {"purpose": "meeting", "subject": "Einladung", "content": b"", "created_at": at, "due_at": at}
    return OutboxMail(recipient=recipient, about=about, message_id=message_id, **texts)


def test_old_mails_of_meetings_learn_whose_they_are(empty_database_url: str, engine: Engine) -> None:
    databases.migrate(empty_database_url)
    with Session(engine) as session:
        first, second = (factories.person(session, name, "Probe", email="team@example.org") for name in ("Ada", "Bea"))
        lone = factories.person(session, "Cem", "Probe", email="cem@example.org")
        held = _meeting(session)
        for who, message in ((first, "<a@x>"), (second, "<b@x>"), (lone, "")):
            session.add(Invitation(meeting_id=held.id, person_id=who.id, first_message_id=message))
        about = f"meeting:{held.id}"
        session.add_all(
            [
                _mail("team@example.org", about, "<a@x>"),
                _mail("team@example.org", about, "<b@x>"),
                _mail("cem@example.org", f"meeting.reminder:{held.id}", "<c@x>"),
                # Two share the address, and nothing says which of them it was: the one who was there first.
                _mail("team@example.org", about, "<d@x>"),
                _mail("fremd@example.org", about, "<e@x>"),
                _mail("cem@example.org", "reminder:1", "<f@x>"),
            ]
        )
        session.commit()
        wanted = {"<a@x>": first.id, "<b@x>": second.id, "<c@x>": lone.id, "<d@x>": first.id} | {
            "<e@x>": None,
            "<f@x>": None,
        }
    for revision, down in (("0015", True), ("head", False)):
        engine.dispose()
        databases.migrate(empty_database_url, revision, down=down)
        if down:
            with engine.connect() as connection:
                assert "person_id" not in {one["name"] for one in inspect(connection).get_columns("outbox_mail")}
    with Session(engine) as session:
        assert {one.message_id: one.person_id for one in session.scalars(select(OutboxMail))} == wanted


def test_the_products_own_sentence_in_a_history_becomes_a_code_and_back(
    empty_database_url: str, engine: Engine
) -> None:
    databases.migrate(empty_database_url)
    with Session(engine) as session:
        row = factories.decision(session, _meeting(session))
        for note in ("It became a task.", "Daraus ist eine Aufgabe geworden.", "Doppelt"):
            factories.status_entry(session, row).note = note
        session.commit()
    engine.dispose()
    databases.migrate(empty_database_url, "0020", down=True)
    databases.migrate(empty_database_url)
    with Session(engine) as session:
        found = session.scalars(select(StatusEntry).order_by(StatusEntry.id))
        assert [(one.told, one.note) for one in found] == [
            (Told.BECAME_TASK, ""),
            (Told.BECAME_TASK, ""),
            (None, "Doppelt"),
        ]
    engine.dispose()
    databases.migrate(empty_database_url, "0020", down=True)
    with engine.connect() as connection:
        notes = connection.execute(select(StatusEntry.note).order_by(StatusEntry.id)).scalars().all()
        assert notes == ["Daraus ist eine Aufgabe geworden."] * 2 + ["Doppelt"]


def test_what_was_counted_before_it_was_kept_is_not_known(empty_database_url: str, engine: Engine) -> None:
    databases.migrate(empty_database_url)
    with Session(engine) as session:
        alpha = factories.school(session, "Alphaschule", "111111").school
        assert alpha
        alpha.pupils = 200
        factories.school(session, "Betaschule", "222222")
        session.commit()
    engine.dispose()
    databases.migrate(empty_database_url, "0041", down=True)
    databases.migrate(empty_database_url)
    with Session(engine) as session:
        (kept,) = session.scalars(select(EarlierValue))
        assert (kept.field, kept.value, kept.valid_until) == ("pupils", "", clock.utc_now().date() - timedelta(days=1))
        assert session.get_one(Place, kept.place_id).name == "Alphaschule"
        assert kept.recorded_at <= clock.utc_now()
    engine.dispose()
    databases.migrate(empty_database_url, "0041", down=True)
    with Session(engine) as session:
        assert session.scalars(select(EarlierValue.id)).all() == []


@pytest.mark.slow
def test_changes_sent_in_a_round_learn_whose_they_are(empty_database_url: str, engine: Engine) -> None:
    databases.migrate(empty_database_url)
    sent = {"state": ProposalState.WAITING, "at": clock.utc_now(), "wish": {}, "told": [], "message": "", "reason": ""}
    with Session(engine) as session:
        first, second = (factories.organisation(session, name) for name in ("Eins", "Zwei"))
        factories.person(session, "Ada", "Probe")
        who = factories.person(session, "Bea", "Probe")
        asked = RoundPerson(
            person_id=who.id, round=ConfirmationRound(employer_id=second.id, started_at=clock.utc_now())
        )
        in_round = ChangeProposal(person=who, employer=second, asked=asked, **sent)
        session.add_all([in_round, ChangeProposal(person=who, employer=first, **sent)])
        session.commit()
        kept = in_round.id, who.id, second.id
    for revision, down in (("0050", True), ("head", False)):
        engine.dispose()
        databases.migrate(empty_database_url, revision, down=down)
    with Session(engine) as session:
        (row,) = session.scalars(select(ChangeProposal)).all()
        assert (row.id, row.person_id, row.employer_id) == kept, "one that no round asked for has no place before"


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


def test_old_reports_learn_whom_they_went_to(empty_database_url: str, engine: Engine) -> None:
    """By the rule that held before: the employers of the day of the report, or who runs the place."""
    databases.migrate(empty_database_url)
    day = clock.today()
    with Session(engine) as session:
        home, now, then = (factories.organisation(session, name) for name in ("Haus", "Heute", "Damals"))
        ada = factories.person(session, organisation_id=home.id)
        school, club = factories.school(session), factories.place(session, operator_id=home.id)
        factories.assignment(session, ada, school, then, valid_until=day - timedelta(days=5))
        factories.assignment(session, ada, school, now, valid_from=day - timedelta(days=4))
        wanted = {}
        for days, topic, page, units in (
            (10, "entry", f"/orte/{school.id}", [then]),
            (1, "entry", f"/orte/{school.id}/bearbeiten", [now]),
            (1, "entry", f"/personen/{ada.id}", [home, now]),
            (1, "entry", f"/orte/{club.id}", [home]),
            (1, "entry", f"/organisationen/{then.id}", [then]),
            (1, "entry", f"/orte/{school.id}0", []),
            (1, "other", f"/orte/{school.id}", []),
        ):
            one = Feedback(at=clock.utc_now() - timedelta(days=days), topic=topic, page=page, text="x")
            session.add(one)
            session.flush()
            wanted[one.id] = sorted(unit.id for unit in units)
        session.commit()
    for revision, down in (("0051", True), ("head", False)):
        engine.dispose()
        databases.migrate(empty_database_url, revision, down=down)
    with Session(engine) as session:
        found: dict[int, list[int]] = {key: [] for key in wanted}
        for row in session.scalars(select(FeedbackUnit).order_by(FeedbackUnit.organisation_id)):
            found[row.feedback_id].append(row.organisation_id)
        assert found == wanted
