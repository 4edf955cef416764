"""The form in which people say what of their entries is to become different: behind a link and on one's own page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request

from coordination.core.access import Actor
from coordination.core.errors import RuleViolation
from coordination.core.work import Work
from coordination.directory import words
from coordination.directory.rounds import answer_services, changes, queries
from coordination.directory.rounds.answer_services import Change, OtherEntries
from coordination.directory.rounds.changes import Wish
from coordination.directory.rounds.forms import EntriesForm, Together
from coordination.directory.rounds.queries import Behind
from coordination.directory.rounds.rules import ProposalState
from coordination.web.extensions import db
from coordination.web.guard import unit_of_work

Store = Callable[[Work, Change], object]


class Sheet:
    """One page with that form: as it is stored, or as it was sent."""

    def __init__(self, found: Behind) -> None:
        """Read what was sent; of what was stored only how much there is."""
        self.form = EntriesForm(request.form, found.rows)
        self.form.note_more(found.rows)
        self.form.leave(found.person)
        self._found = found
        self._has_changed, self._private = False, ""

    def fill(self) -> None:
        """Fill in what is stored, and over it what still waits: what is sent now takes its place."""
        pending = Pending(self._found)
        self.form.keep_entries(self._found.person, self._found.rows, pending.wish)
        if pending.is_waiting:
            self.form.keep(message=pending.message)
        self.form.keep(seen=answer_services.mark(self._found))

    def is_stored(self, actor: Actor | None, store: Store) -> bool:
        """Store what was sent; what speaks against it is shown on the page."""
        if not self.form.is_right():
            return False
        data = self.form.change(self._found.person, self._found.rows)
        self._private = self.form.unseen_private(data.wish)
        if self._private:
            return False
        try:
            with unit_of_work(actor) as work:
                store(work, data)
        except RuleViolation as violation:
            key = int(violation.field) if violation.field.isdigit() else 0
            self.form.weeks.get(key, self.form).show(violation)
        except OtherEntries:
            self._has_changed = True
        else:
            return True
        return False

    def renew(self, found: Behind) -> None:
        """Stand for what is stored by now; if somebody changed it, the next press answers to that."""
        self._found = found
        if self._has_changed:
            self.form.keep(seen=answer_services.mark(found))

    @property
    def _together(self) -> Together:
        return Together([self.form, *self.form.weeks.values()])

    @property
    def status(self) -> int:
        """Return how the page is answered."""
        return 409 if self._has_changed else 422 if self._together.errors or self._private else 200

    def shown(self) -> dict[str, Any]:
        """Return what its template needs."""
        return {
            "found": self._found,
            "form": self.form,
            "together": self._together,
            "has_changed": self._has_changed,
            "private": self._private,
            "with_school": words.with_school,
            "pending": Pending(self._found),
            "applies_at_once": queries.rule_of(db.session(), self._found.employer.id).applies_at_once,
        }


class Pending:
    """What of somebody the office has not dealt with, in words for themselves."""

    def __init__(self, found: Behind) -> None:
        """Say it of what was read."""
        self.row = found.pending
        self.is_waiting = self.row is not None and self.row.state is ProposalState.WAITING
        self.message = self.row.message if self.row is not None else ""
        self.wish = Wish.unpacked(self.row.wish) if self.row is not None and self.is_waiting else Wish()
        self.differences = changes.differences(found.person, found.rows, self.wish)
