"""Every mail that the product writes shows its reader what that person may see, in each of its parts, and no more."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from coordination.mail.views import PURPOSE_WORDS
from tests.architecture import access_mails
from tests.architecture.access_city import Visitor, visiting
from tests.architecture.access_mails import ACCOUNTS, ALPHA, MESSAGE_ID, READERS, Mail
from tests.architecture.access_marks import ITEM, MAY_SEE, MEETING

#: How the subjects of mails about a meeting begin: all there are.
OCCASIONS = {"Einladung", "Geändert", "Abgesagt", "Sie brauchen nicht zu kommen", "Zur Information", "Protokoll"} | {
    "Erinnerung",
    "Erinnerung, bitte antworten",
    "Nicht auf der Tagesordnung",
}


@pytest.fixture
def visitor(database_kind: str) -> Iterator[Visitor]:
    with visiting("coordinator", database_kind) as found:
        yield found


def _markers(mail: Mail) -> set[str]:
    return {marker for marker in MAY_SEE if marker in mail.text}


def test_each_mail_shows_its_reader_what_that_person_may_see(visitor: Visitor) -> None:
    mails = access_mails.all_mails(visitor.city)
    wrong = [
        f"{mail.to}, “{mail.subject}”: shows {marker}"
        for mail in mails
        for marker in sorted(_markers(mail) - READERS.get(mail.to, frozenset()))
    ]
    assert wrong == []
    # Each kind of mail was written, to everybody there is to write to, or this would say little.
    assert {mail.purpose for mail in mails} == set(PURPOSE_WORDS)
    assert {mail.subject.split(":")[0] for mail in mails if ":" in mail.subject} == OCCASIONS
    assert {mail.to for mail in mails} == READERS.keys() | ACCOUNTS
    for reader, markers in READERS.items():
        shown = {marker for mail in mails if mail.to == reader for marker in _markers(mail)}
        assert shown == markers, reader


def test_nobody_reads_the_addresses_and_links_of_others(visitor: Visitor) -> None:
    mails = access_mails.all_mails(visitor.city)
    site = access_mails.site_of(visitor.city)
    wrong = []
    with visitor.city.app.app_context(), Session(visitor.city.app.extensions["sqlalchemy"].engines[None]) as session:
        for mail in mails:
            known = {mail.to, site.contact_email, site.sender.address}
            if mail.to == "paula.pool@example.org":
                # Whom she stands in for: DELEGATED-FROM (RFC 5545 section 3.2.4).
                known.add("mitglied@example.org")
            if mail.purpose in {"round", "round.reminder"}:
                # The employer's own entry, which the reader is asked to look at.
                known.add("traeger.alpha@example.org")
            named = set(re.findall(r"[\w.+-]+@example\.org", MESSAGE_ID.sub("", mail.text))) - known
            wrong += [f"{mail.to}, “{mail.subject}”: names {one}" for one in named]
            owners = access_mails.owners_of_links(session, site, mail)
            wrong += [f"{mail.to}, “{mail.subject}”: link of {one}" for one in owners - {mail.to}]
    assert wrong == []
    asked = [mail for mail in mails if "/antwort/" in mail.text]
    assert f"{MEETING} {ALPHA}" in asked[0].text
    assert any(f"{ITEM} {ALPHA}" in mail.text for mail in asked)
