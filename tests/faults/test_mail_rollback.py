"""The database breaks off a sending, or what is noted after one: nothing half, nobody hears of what did not happen."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from coordination.core.access import Role
from coordination.core.work import AuditEntry, work_as
from coordination.mail.outbox import OutboxMail
from coordination.mail.rules import MailState
from coordination.mail.site import Site
from coordination.meetings import invitation_services
from coordination.meetings.invitees import listed, plan_of
from coordination.meetings.models import Invitation, Meeting
from coordination.meetings.rules import MeetingState
from tests import factories
from tests.faults.mails import (
    EACH,
    Deliver,
    arrivals,
    check_bytes,
    decide_all,
    states,
    time_passes,
    until_nothing_waits,
)
from tests.faults.processes import product
from tests.faults.test_web import note
from tests.faults.writers import Person
from tests.mail.sink import smtp_sink
from tests.meetings import world as worlds
from tests.meetings.mailing import invite
from tests.meetings.world import World

pytestmark = pytest.mark.slow
_FUNCTION = "CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {}; RETURN NULL; END $$"
_TERMINATED = _FUNCTION.format("PERFORM pg_terminate_backend(pg_backend_pid())")
_REFUSED = _FUNCTION.format("RAISE EXCEPTION 'no space left' USING ERRCODE = 'disk_full'")
_AT_COMMIT = """CREATE CONSTRAINT TRIGGER fault AFTER INSERT ON outbox_mail
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fault()"""
_MARKING = """CREATE TRIGGER fault BEFORE UPDATE ON outbox_mail
    FOR EACH ROW WHEN (NEW.state = 'sent') EXECUTE FUNCTION fault()"""
#: Kind of database and how it breaks off a sending → what has to be put into it for that; all mails are written by
#: then, or half of them.
BREAKS = {
    ("postgresql", "connection ended at commit"): (_TERMINATED, _AT_COMMIT),
    ("postgresql", "commit refused"): (_REFUSED, _AT_COMMIT),
    ("sqlite", "commit refused"): (
        # What refers to nothing is found out when the transaction ends; it stays open then.
        "CREATE TABLE fault_of (id INTEGER PRIMARY KEY)",
        "CREATE TABLE fault_at (of INTEGER REFERENCES fault_of (id) DEFERRABLE INITIALLY DEFERRED)",
        "CREATE TRIGGER fault AFTER INSERT ON outbox_mail BEGIN INSERT INTO fault_at VALUES (NEW.id); END",
    ),
    ("sqlite", "half of the mails refused"): (
        f"""CREATE TRIGGER fault AFTER INSERT ON outbox_mail WHEN NEW.id > {EACH // 2}
            BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END""",
    ),
}
#: Kind of database → what breaks off when a mail is marked as sent.
UNMARKED = {
    "postgresql": (_TERMINATED, _MARKING),
    "sqlite": (
        """CREATE TRIGGER fault BEFORE UPDATE ON outbox_mail WHEN NEW.state = 'sent'
            BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END""",
    ),
}
by_break = pytest.mark.parametrize(("database_kind", "how"), BREAKS, indirect=["database_kind"])


def break_it(session: Session, statements: tuple[str, ...]) -> None:
    for statement in statements:
        session.execute(text(statement))
    session.commit()


def mend_it(session: Session) -> None:
    session.rollback()
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    session.execute(text("DROP TRIGGER fault" if is_sqlite else "DROP TRIGGER fault ON outbox_mail"))
    session.commit()


def count(session: Session, table: type[OutboxMail | Invitation | AuditEntry]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def seen_of(session: Session, meeting_id: int) -> str:
    meeting = session.get_one(Meeting, meeting_id)
    return invitation_services.fingerprint(plan_of(meeting, listed(session, meeting)))


def send(session: Session, world: World, site: Site, meeting_id: int) -> None:
    with work_as(session, world.actor) as work:
        seen = seen_of(work.session, meeting_id)
        assert invitation_services.send(work, meeting_id, site, seen=seen).count == EACH


def check_untouched(session: Session, meeting_id: int, deliver: Deliver) -> None:
    """See to it that no mail is there or goes out, and that the meeting is as before."""
    session.rollback()
    assert count(session, OutboxMail) == 0
    assert session.get_one(Meeting, meeting_id, populate_existing=True).state is MeetingState.FIXED
    session.rollback()
    with smtp_sink() as sink:
        deliver(sink.server)
        assert sink.received == []


def test_nothing_of_a_sending_that_fails_is_left(session: Session, world: World, site: Site, deliver: Deliver) -> None:
    key = worlds.meeting(session, world).id

    def fails() -> None:
        with work_as(session, world.actor) as work:
            invitation_services.send(work, key, site, seen=seen_of(work.session, key))
            assert count(work.session, OutboxMail) == EACH
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    check_untouched(session, key, deliver)
    assert count(session, Invitation) == 0


@by_break
def test_nothing_of_a_sending_is_left_that_the_database_breaks_off(
    session: Session, world: World, site: Site, deliver: Deliver, database_kind: str, how: str
) -> None:
    key = worlds.meeting(session, world).id
    lines = count(session, AuditEntry)
    break_it(session, BREAKS[database_kind, how])
    with pytest.raises(DBAPIError):
        send(session, world, site, key)
    check_untouched(session, key, deliver)
    assert (count(session, Invitation), count(session, AuditEntry)) == (0, lines)
    mend_it(session)
    send(session, world, site, key)
    assert states(session) == {MailState.WAITING: EACH}


@by_break
def test_whoever_sends_is_told_and_can_send_again(
    session: Session,
    world: World,
    deliver: Deliver,
    database_kind: str,
    how: str,
    database_url: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    factories.account(session, "mira@example.org", Role.COORDINATOR, person_id=world.mira.id)
    session.commit()
    key = worlds.meeting(session, world).id
    path, fields = f"/sitzungen/{key}/einladen", {"seen": seen_of(session, key)}
    break_it(session, BREAKS[database_kind, how])
    with product(database_url, tmp_path) as running:
        running.start_web()
        mira = Person(running.port).sign_in("mira@example.org")
        told = [mira.send(path, fields) for _ in range(2)]
        check_untouched(session, key, deliver)
        mend_it(session)
        assert mira.send(path, fields) == 303
    assert set(told) <= {409, 503}, told
    assert states(session) == {MailState.WAITING: EACH}
    with smtp_sink() as sink:
        deliver(sink.server)
        assert (len(arrivals(sink)), len(sink.received)) == (EACH, EACH)
    note(request, f"told {told}, then sent")


def test_what_the_database_could_not_mark_as_sent_is_in_doubt_and_not_sent_twice(
    session: Session, world: World, site: Site, deliver: Deliver, database_kind: str
) -> None:
    assert invite(session, world, worlds.meeting(session, world), site) == EACH
    break_it(session, UNMARKED[database_kind])
    with smtp_sink() as sink:
        for _ in range(3):
            with pytest.raises(DBAPIError):
                deliver(sink.server)
        assert states(session) == {MailState.SENDING: 3, MailState.WAITING: EACH - 3}
        mend_it(session)
        time_passes(session)
        deliver(sink.server)
        assert states(session) == {MailState.UNCLEAR: 3, MailState.SENT: EACH - 3}
        assert (len(arrivals(sink)), len(sink.received)) == (EACH, EACH)
        assert decide_all(session) == 3
        until_nothing_waits(session, deliver, sink)
        check_bytes(session, site, sink)
        assert (len(arrivals(sink)), len(sink.received)) == (EACH, EACH + 3)
    assert states(session) == {MailState.SENT: EACH}
