"""Mails that are made before the transaction that sends them: composing many takes seconds and needs no lock."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from coordination.core.jobs import Progress
from coordination.core.work import Work
from coordination.mail import outbox
from coordination.mail.message import Letter, Sender
from coordination.mail.outbox import Frozen, OutboxMail


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail to be written. ``mark`` stands for all that it says: its own text differs each time it is composed.

    A signed link has a time in it; the mark holds what the link stands for instead.
    """

    mark: Hashable
    compose: Callable[[], Letter]


#: Mails made ahead of the transaction that sends them, by their marks.
Made = Mapping[Hashable, Frozen]


def freeze_all(drafts: Sequence[Draft], sender: Sender, now: datetime, progress: Progress | None = None) -> Made:
    """Return mails as they will go out, made before the transaction that sends them; for ``put_all``.

    ``progress`` is told before each how many are done, and of how many.
    """
    found: dict[Hashable, Frozen] = {}
    for number, one in enumerate(drafts):
        if progress is not None:
            progress(number, len(drafts))
        found[one.mark] = outbox.freeze(one.compose(), sender, now)
    return found


def frozen(draft: Draft, sender: Sender, now: datetime, made: Made) -> Frozen:
    """Return a mail as it will go out: as it was ``made`` ahead, if that says the same, else made now."""
    return made.get(draft.mark) or outbox.freeze(draft.compose(), sender, now)


def put_all(work: Work, drafts: Iterable[Draft], sender: Sender, made: Made) -> list[OutboxMail]:
    """Make rows of mails in this transaction. One that was ``made`` ahead and says the same is taken as it is."""
    return outbox.put(work, [frozen(one, sender, work.now, made) for one in drafts])
