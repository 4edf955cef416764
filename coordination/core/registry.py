"""Where a lower slice asks an upper one without importing it; ``app.py`` fills these lists."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import Session

from coordination.core.access import Actor
from coordination.core.work import Work


@dataclass(frozen=True, slots=True)
class DeskLine:
    """One sentence of the desk with its one button; lower ``urgency`` stands higher.

    ``about``: of several lines about the same thing ("minutes:17") the most urgent is shown. ``waits``: nothing to
    do but wait for others, or ask them.
    """

    urgency: int
    text: str
    button: str
    url: str
    about: str = ""
    waits: bool = False


DeskFiller = Callable[[Session, Actor, date], Sequence[DeskLine]]


@dataclass(frozen=True, slots=True)
class SearchEntry:
    """What the index keeps of one thing: ``title`` is weighed most, ``words`` are found too."""

    title: str
    words: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    #: Last day on which it is in force; afterwards it stands behind all that still is.
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class SearchSource:
    """One kind of thing that can be found.

    ``rows`` selects all model instances for a rebuild; ``entry`` makes the entry of one (None: not
    findable); ``describe`` turns keys into what a result shows, for one page of results at a time.
    """

    kind: str
    #: Msgid of the group's heading.
    heading: str
    icon: str
    model: type[Any]
    rows: Callable[[], Select[Any]]
    entry: Callable[[Session, Any], SearchEntry | None]
    describe: Callable[[Session, Actor, Sequence[int], date], dict[int, SearchHit]]
    #: Whether an actor sees this kind at all; kinds that differ by row bring a condition of their own.
    may_see: Callable[[Actor], bool]
    #: Rows of any kind whose entries changed → which rows of this kind mention them and are entered anew; None: none.
    dependants: Callable[[Sequence[Any]], ColumnElement[bool] | None] | None = None
    #: Keys of the rows that an actor may see on a day, where that differs by row; None: all of the kind.
    visible: Callable[[Actor, date], Select[Any]] | None = None
    #: Keys of the few rows that an actor may not see on a day, where nearly all may be seen; None: none of them.
    hidden: Callable[[Actor, date], Select[Any] | None] | None = None
    #: Whether there are thousands of them: looked for by themselves, so that they do not hide what is rare.
    is_many: bool = False


@dataclass(frozen=True, slots=True)
class SearchBelongings:
    """What belongs to things of one kind without being theirs: people work at a school, a school lies in a district.

    It is found too, behind whatever has it itself. What is only planned does not belong yet.
    """

    kind: str
    #: Keys of things, a day → what belongs to each on that day. However many they are: no statement for each.
    texts: Callable[[Session, Sequence[int], date], Mapping[int, Sequence[str]]]
    #: Rows that changed → keys of the things to which something else belongs now. Of rows that can be found
    #: themselves only those are given whose entry is another.
    concerned: Callable[[Session, Sequence[Any]], set[int]]
    #: Keys of the things to which something else belongs on one of the days (first, last) than on the day before,
    #: without anything having been written.
    turning: Callable[[Session, date, date], set[int]]
    #: Msgid with ``%(name)s``: what a result says first if one of the texts found it; "": it shows them anyway.
    said: str = ""


@dataclass(frozen=True, slots=True)
class SearchHit:
    """What one result shows. ``url`` is a path of the product."""

    title: str
    detail: str
    url: str
    phone: str = ""
    #: Whom one reaches by it, where that is somebody else.
    phone_of: str = ""
    #: A second number of its own.
    other_phone: str = ""
    #: Which of its kind it is, where forms let it be chosen by words (``lookups``).
    key: int = 0
    #: By what it may be found on the day of the search, where that is less than the index has; None: by all of it.
    #: What was only the way to reach somebody is no way to find who has left.
    only_by: SearchEntry | None = None


@dataclass(frozen=True, slots=True)
class Meant:
    """The things that somebody may mean by a few words; ``is_similar``: only by words that are spelled nearly so."""

    keys: Sequence[int] = ()
    is_similar: bool = False


class Lookup(Protocol):
    """Looks for what may be meant by ``text``, of a kind whose hits have a key."""

    def __call__(self, session: Session, actor: Actor, text: str, *, kind: str, day: date) -> Meant:
        """Return what may be meant, the best first."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A block that an upper slice puts on a page of a lower one: a heading and lines with links."""

    heading: str
    lines: Sequence[tuple[str, str]]


PanelFiller = Callable[[Session, Actor, int, date], "Panel | None"]


@dataclass(frozen=True, slots=True)
class PartLink:
    """A link to a part of the same page: the id of its heading, its name, how much is there (None: not counted)."""

    anchor: str
    label: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page that another part of the product draws: its template, and what the template is told.

    The page includes the template in a loop over ``part``; what it is told is ``part.values``.
    """

    template: str
    values: Mapping[str, Any]
    #: How the page's own list of its parts names this one; None: not at all.
    link: PartLink | None = None
    #: What it tells among the facts of the whole page: (label, text, address or "").
    facts: Sequence[tuple[str, str, str]] = ()


#: Session, actor, the row whose page it is, the day.
SectionFiller = Callable[[Session, Actor, Any, date], "Section | None"]
DeskSectionFiller = Callable[[Session, Actor, date], "Section | None"]
#: Key of a meeting → what upper slices know of it, by the names of ``meetings.progress.Facts``.
MeetingFacts = Callable[[Session, int], Mapping[str, bool]]

#: Session, key of a meeting → whether an upper slice holds anything of it that only a meeting that was held has.
HeldBegun = Callable[[Session, int], bool]

#: Session, actor, keys of agenda items, the day → what stands in the flow of each while minutes are written.
ItemCards = Callable[[Session, Actor, Collection[int], date], Mapping[int, Section]]


@dataclass(frozen=True, slots=True)
class ItemLine:
    """What was settled on an item, as minutes say it beside their text: a decision, a task.

    ``label`` is what it is in a word, ``details`` how it was settled, who carries it out, until when.
    """

    label: str
    text: str
    number: str = ""
    details: Sequence[str] = ()
    #: What holds all the same and is said with it: votes that do not add up, a quorum that was not there.
    doubts: Sequence[str] = ()
    is_decision: bool = False


#: Session, keys of agenda items → what was settled on each.
ItemLines = Callable[[Session, Collection[int]], Mapping[int, Sequence[ItemLine]]]

#: Session, actor, key of a meeting → what to look at once more before its minutes go out: (what, address, sentences).
MinutesDoubts = Callable[[Session, Actor, int], Sequence[tuple[str, str, Sequence[str]]]]

#: Account keys → names of their people; accounts that are gone are missing.
AccountNames = Callable[[Session, Collection[int]], dict[int, str]]

#: Keys of people → the language ("de", "en") that those with an account read; others are missing.
Languages = Callable[[Session, Collection[int]], dict[int, str]]
#: A body, a first and a last day → how many meetings of the body there are between them.
BodyMeetings = Callable[[Session, int, date, date], int]
#: A body, a person who sits in it, a day → a sentence for each meeting after it that the person would not belong to.
MeetingsLeft = Callable[[Session, int, int, date], Sequence[str]]
#: The work, a body, a person who sits in it to a day → key and name of each meeting after it of which they know: its
#: mail plan owes them a cancellation.
Leaving = Callable[[Work, int, int, date], Sequence[tuple[int, str]]]


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody to whom a mail went, the address they have now, and the page where it is kept."""

    name: str
    email: str
    url: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask where nobody is named for a topic: who, why this one, and how."""

    name: str
    why: str
    url: str
    phone: str = ""
    email: str = ""


#: Session, actor, key of a topic, the day → whom to ask about the topic.
TopicContacts = Callable[[Session, Actor, int, date], Sequence[Contact]]
#: The work, key of a topic, key of the topic that became part of it (None: it is called something else).
TopicFollower = Callable[[Work, int, "int | None"], None]

#: Session, key of an organisation that ends, its last day → a sentence about what goes on after it; "" for nothing.
OrganisationHangs = Callable[[Session, int, date], str]

#: Session, keys of the entry of a person that stays and of one that goes, the day → why they cannot be put together.
MergeObstacles = Callable[[Session, int, int, date], Sequence[str]]
#: Session, the same keys: lets what names people without a foreign key follow.
PersonMerged = Callable[[Session, int, int], None]
#: Session, key of a person → the first day on which something of theirs begins; None if nothing does.
FirstDuty = Callable[[Session, int], "date | None"]

#: Given the address and the name on a mail.
Addressees = Callable[[Session, str, str], Sequence[Addressee]]

desk_lines: list[DeskFiller] = []
addressees: list[Addressees] = []
search_sources: list[SearchSource] = []
search_belongings: list[SearchBelongings] = []
#: The search; none where it is not part of what runs.
lookups: list[Lookup] = []
place_panels: list[PanelFiller] = []
person_panels: list[PanelFiller] = []
#: The same on top of a person's page and above the form that changes them: what should be known before.
person_waiting: list[PanelFiller] = []
organisation_panels: list[PanelFiller] = []
organisation_hangs: list[OrganisationHangs] = []
topic_contacts: list[TopicContacts] = []
topic_followers: list[TopicFollower] = []
body_sections: list[SectionFiller] = []
desk_sections: list[DeskSectionFiller] = []
meeting_left: list[SectionFiller] = []
meeting_right: list[SectionFiller] = []
meeting_facts: list[MeetingFacts] = []
held_begun: list[HeldBegun] = []
item_cards: list[ItemCards] = []
item_lines: list[ItemLines] = []
minutes_doubts: list[MinutesDoubts] = []
account_names: list[AccountNames] = []
#: (id, name) of all accounts, for who has their keys in a statement already.
account_rows: list[Select[int, str]] = []
languages: list[Languages] = []
body_meetings: list[BodyMeetings] = []
meetings_left: list[MeetingsLeft] = []
leaving: list[Leaving] = []
merge_obstacles: list[MergeObstacles] = []
person_merged: list[PersonMerged] = []
first_duties: list[FirstDuty] = []
