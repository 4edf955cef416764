"""An invitation, its change and its cancellation, each compared with the whole mail kept in ``tests/as_sent``."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import time_machine
from sqlalchemy.orm import Session

from coordination.mail.site import Site
from tests import as_sent, factories
from tests.mail.sink import Sink
from tests.meetings import world as worlds
from tests.meetings.mailing import cancel, invite, move


def test_the_mails_of_a_meeting_go_out_as_they_are_kept(session: Session, site: Site, arrive: Any, sink: Sink) -> None:
    def to_next_week() -> None:
        move(session, world, meeting, days=55)

    def off() -> None:
        cancel(session, world, meeting, "Der Vorsitz ist krank.")

    chain = []
    with time_machine.travel(as_sent.AT, tick=False) as clock:
        world = worlds.make(session)
        meeting = worlds.meeting(session, world, days=49, note='Bitte lesen: Übergänge; Schule, Kita \\ „Haus" 😀')
        meeting.uid = as_sent.UID.format(number=1)
        factories.item(session, meeting, "Begrüßung")
        session.commit()
        for step in (None, to_next_week, off):
            if step:
                clock.shift(timedelta(days=1))
                step()
            clock.shift(timedelta(minutes=5))
            invite(session, world, meeting, site)
            before = len(sink.received)
            arrive()
            chain.append(sink.received[before + sink.recipients[before:].index("tom@example.org")])
    for name, mail in zip(("invitation", "update", "cancellation"), as_sent.without_chance(chain), strict=True):
        as_sent.check(f"{name}.ics", as_sent.calendar_in(mail))
        as_sent.check(f"{name}.eml", mail)
