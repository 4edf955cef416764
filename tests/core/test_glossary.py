from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import pytest

from coordination import registrations
from coordination.accounts.rules import ROLE_WORDS
from coordination.bodies import rules as bodies
from coordination.bodies.rules import ROLE_WORDS as BODY_ROLE_WORDS
from coordination.calendars import rules as calendars
from coordination.core import glossary
from coordination.core.access import BodyRole, Role
from coordination.core.db import Base
from coordination.core.i18n import gettext
from coordination.core.jobs import JobState
from coordination.decisions import rules as decisions
from coordination.directory import rules
from coordination.directory.responsibilities.rules import SCOPE_WORDS, Scope
from coordination.mail.rules import MailState
from coordination.mail.words import STATE_WORDS
from coordination.meetings import rules as meetings
from coordination.minutes import rules as minutes

TERMS = [term for terms in glossary.GLOSSARY.values() for term in terms]
NAMES = [term.identifier for term in TERMS]
SAID: list[type[StrEnum]] = [
    Role,
    BodyRole,
    MailState,
    JobState,
    rules.OrganisationKind,
    rules.PlaceKind,
    rules.Function,
    rules.Funding,
    rules.Here,
    Scope,
    bodies.BodyKind,
    bodies.BodyLevel,
    bodies.FilledBy,
    meetings.MeetingState,
    meetings.Answer,
    meetings.Origin,
    meetings.ItemKind,
    meetings.ItemState,
    minutes.MinutesState,
    minutes.Presence,
    decisions.DecisionKind,
    decisions.Means,
    decisions.Result,
    decisions.Status,
    calendars.FeedKind,
]
ON_PAGES: tuple[Mapping[Any, str], ...] = (
    ROLE_WORDS,
    BODY_ROLE_WORDS,
    STATE_WORDS,
    rules.ORGANISATION_WORDS,
    rules.PLACE_WORDS,
    rules.FUNCTION_WORDS,
    rules.FUNDING_WORDS,
    SCOPE_WORDS,
    bodies.KIND_WORDS,
    bodies.LEVEL_WORDS,
    bodies.FILLED_BY_WORDS,
    meetings.STATE_WORDS,
    meetings.ANSWER_WORDS,
    meetings.ORIGIN_WORDS,
    meetings.ITEM_KIND_WORDS,
    meetings.ITEM_STATE_WORDS,
    minutes.STATE_WORDS,
    minutes.PRESENCE_WORDS,
    decisions.KIND_WORDS,
    decisions.MEANS_WORDS,
    decisions.RESULT_WORDS,
    decisions.STATUS_WORDS,
    calendars.KIND_WORDS,
)


def test_the_page_is_current() -> None:
    assert glossary.PAGE.read_text(encoding="utf-8") == glossary.page()


def test_no_identifier_is_there_twice() -> None:
    assert sorted(NAMES) == sorted(set(NAMES))


def test_every_table_has_a_word() -> None:
    assert registrations.BLUEPRINTS
    assert {mapper.class_.__name__ for mapper in Base.registry.mappers} - set(NAMES) == set()


@pytest.mark.parametrize("kind", SAID, ids=lambda kind: kind.__name__)
def test_every_value_has_a_word(kind: type[StrEnum]) -> None:
    assert {f"{kind.__name__}.{value.name}" for value in kind} - set(NAMES) == set()
    known = {f"{kind.__name__}.{value.name}" for value in kind}
    assert {name for name in NAMES if name.startswith(f"{kind.__name__}.")} - known == set()


def test_pages_say_the_same_words() -> None:
    german = {term.identifier: term.german for term in TERMS}
    for words in ON_PAGES:
        for value, msgid in words.items():
            assert german[f"{type(value).__name__}.{value.name}"] == gettext(msgid)
