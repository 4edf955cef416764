"""Mails of a round: the question with the entries as they are stored, the reminder, and why a change was refused."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from coordination.core.i18n import current_language, format_date, gettext, in_language
from coordination.directory import words
from coordination.directory.assignment_inputs import times_of
from coordination.directory.models import Assignment, Person
from coordination.directory.rounds import besides
from coordination.directory.rounds.besides import Beside
from coordination.directory.rounds.changes import CONTACT, Difference, shown, week
from coordination.directory.rounds.rules import LINK_DAYS
from coordination.directory.rounds.words import share
from coordination.mail import text
from coordination.mail.message import Letter
from coordination.mail.site import Site
from coordination.mail.text import Block, Facts, Link

#: Purposes of these mails in the outbox, and what stands before the key of what they are about.
PURPOSE, REMINDER, REFUSAL = "round", "round.reminder", "round.refusal"
PATH = "/bestaetigen/"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends a mail: their name and where they themselves work, which need not be the employer that is asked."""

    name: str = ""
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What one mail asks: whom, about which entries, and who sends it."""

    person: Person
    rows: Sequence[Assignment]
    employer: str
    round_id: int
    sender: Sender
    language: str
    today: date
    beside: Sequence[Beside] = ()
    shows_share: bool = False
    is_reminder: bool = False
    #: Empty in a preview: the link is its reader's own.
    token: str = ""


def about(round_id: int) -> str:
    """Return how the outbox knows the questions of a round."""
    return f"{PURPOSE}:{round_id}"


def about_reminder(round_id: int) -> str:
    """Return how the outbox knows the reminders of a round."""
    return f"{REMINDER}:{round_id}"


def about_refusal(round_id: int) -> str:
    """Return how the outbox knows the mails that say why a change was refused."""
    return f"{REFUSAL}:{round_id}"


def about_own(proposal_id: int | str) -> str:
    """Return how the outbox knows the mail that says why a change was refused that no round had asked for.

    With "" for the key: what stands before it.
    """
    return f"{REFUSAL}:own-{proposal_id}"


def said(one: Question) -> Hashable:
    """Return what stands for all that a question says, but its link."""
    entries = tuple((words.with_school(row.place), *entry_facts(row, shows_share=one.shows_share)) for row in one.rows)
    rest = one.employer, one.round_id, one.sender, one.language, one.today, one.is_reminder
    return one.person.name, one.person.email, *contact_facts(one.person), entries, *besides.said(one.beside), rest


def question(one: Question, site: Site) -> Letter:
    """Return the mail that asks, or asks once more."""
    with in_language(one.language):
        subject = (
            gettext("Reminder: are your entries still right?")
            if one.is_reminder
            else gettext("Are your entries still right?")
        )
        blocks = _question(one, site)
        return Letter(
            to=one.person.email,
            to_name=one.person.name,
            subject=subject,
            text=text.plain(blocks),
            html=text.html(blocks, language=current_language()),
            purpose=REMINDER if one.is_reminder else PURPOSE,
            about=about_reminder(one.round_id) if one.is_reminder else about(one.round_id),
            sender_name=one.sender.name,
            person_id=one.person.id,
        )


def _question(one: Question, site: Site) -> list[Block]:
    until = format_date(one.today + timedelta(days=LINK_DAYS))
    lead = gettext(
        "this is what the directory says of your work with %(employer)s. Please say whether it is still right: it takes"
        " a minute, and no password is needed.",
        employer=one.employer,
    )
    found: list[Block] = [gettext("Good day, %(name)s,", name=one.person.name)]
    if one.is_reminder:
        found.append(gettext("we have not heard from you yet."))
        lead = lead[:1].upper() + lead[1:]
    found.append(lead)
    for row in one.rows:
        found.append(words.with_school(row.place))
        found.append(Facts(tuple(entry_facts(row, shows_share=one.shows_share))))
    found.append(gettext("This is how colleagues reach you:"))
    found.append(Facts(tuple(contact_facts(one.person))))
    if one.beside:
        found.append(gettext("This is what the directory says of %(employer)s besides:", employer=one.employer))
    for beside in one.beside:
        found.append(besides.title(beside))
        found.append(Facts(tuple(besides.facts(beside))))
    found.append(Link(gettext("Confirm or change the entries"), site.url(PATH + (one.token or "…"))))
    found.append(gettext("The link is for you alone and works until %(day)s.", day=until))
    return [*found, *_closing(one.sender, site)]


def entry_facts(row: Assignment, *, shows_share: bool) -> list[tuple[str, str]]:
    """Return what an assignment says, in words, for mail and page alike."""
    function = words.function_word(row.function) + (f" ({row.target_group})" if row.target_group else "")
    found = [
        (gettext("Function"), function),
        (gettext("There each week"), week(times_of(row)) or gettext("not known")),
    ]
    found.append((gettext("In school holidays"), words.holiday_answer(row)))
    if shows_share:
        found.append((gettext("Share"), share(row.share_posts, row.share_hours) or gettext("not known")))
    return found


def contact_facts(person: Person) -> list[tuple[str, str]]:
    """Return the official contact in words."""
    return [(gettext(label), shown(name, getattr(person, name)) or gettext("none")) for name, label in CONTACT.items()]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A change that was not taken over, and why."""

    person: Person
    differences: Sequence[Difference]
    reason: str
    #: How the outbox knows it: see ``about_refusal`` and ``about_own``.
    about: str
    sender: Sender
    language: str


def refusal(one: Refusal, site: Site) -> Letter:
    """Return the mail that says why a change was not taken over."""
    with in_language(one.language):
        found: list[Block] = [
            gettext("Good day, %(name)s,", name=one.person.name),
            gettext("the change that you asked for was not taken over:"),
        ]
        if one.differences:
            found.append(Facts(tuple((each.label, each.after or gettext("none")) for each in one.differences)))
        found.append(gettext("Reason: %(reason)s", reason=one.reason))
        found.append(gettext("Your entries stay as they were. If you have questions, please answer this mail."))
        found += _closing(one.sender, site)
        return Letter(
            to=one.person.email,
            to_name=one.person.name,
            subject=gettext("Your change was not taken over"),
            text=text.plain(found),
            html=text.html(found, language=current_language()),
            purpose=REFUSAL,
            about=one.about,
            sender_name=one.sender.name,
            person_id=one.person.id,
        )


def _closing(sender: Sender, site: Site) -> list[Block]:
    closing = gettext(
        "Koordination, %(city)s – questions: %(contact)s", city=site.city_name, contact=site.contact_email
    )
    demo = f"\n{gettext('Demonstration with invented people')}" if site.is_demo else ""
    signed = "\n".join(part for part in (sender.name, sender.organisation) if part)
    return [*([signed] if signed else []), f"-- \n{closing}{demo}"]
