"""What was said in the meetings of the demonstration: read from ``protokolle``, one file for each body.

A meeting ends at ``---``; the newest stands last. After ``=== kommend`` come agendas of meetings ahead. An item is
``## Title [kind, minutes, more]``, what follows is the text of the minutes; ``!`` begins what was settled (with how,
after ``|``), ``>`` what somebody took on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from coordination.bodies.models import Body
from coordination.bodies.rules import BodyKind
from coordination.core.work import Work
from coordination.decisions.rules import DecisionKind
from coordination.meetings.models import Meeting
from coordination.meetings.rules import ItemKind, ItemState, MeetingState

FOLDER = Path(__file__).parent / "protokolle"
FILES = {"STG": "stg", "RUCK": "ruck", "AKÜ": "akue", "KSSA": "kssa", "AGB": "agb", "AG78": "ag78"} | {"WHA": "wha"}
HELD = (MeetingState.RUNNING, MeetingState.MINUTES_OPEN, MeetingState.CLOSED)
AHEAD = (MeetingState.FIXED, MeetingState.INVITED)
_KINDS = {
    "Beschluss": ItemKind.DECISION,
    "Beratung": ItemKind.DISCUSSION,
    "Information": ItemKind.INFORMATION,
}
_STATES = {"vorgeschlagen": ItemState.PROPOSED, "abgelehnt": ItemState.REFUSED}
_HEAD = re.compile(r"(?P<title>.+) \[(?P<words>.+)\]")


@dataclass(frozen=True, slots=True)
class Settled:
    """What was settled: by consensus, or by a vote in which the rest said yes, or no if it was lost."""

    text: str
    kind: DecisionKind = DecisionKind.DECISION
    is_vote: bool = False
    is_lost: bool = False
    #: Nobody carries it out any more.
    is_obsolete: bool = False
    yes: int = 0
    no: int = 0
    abstained: int = 0
    conflicted: int = 0


@dataclass(frozen=True, slots=True)
class Theme:
    """One item of an agenda with what the minutes say of it."""

    title: str
    kind: ItemKind
    minutes: int | None = None
    state: ItemState = ItemState.ON_AGENDA
    is_public: bool = False
    text: str = ""
    settled: Settled | None = None
    task: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """The meetings of one body, the newest last, and the agendas of those ahead, the nearest first."""

    held: Sequence[Sequence[Theme]]
    ahead: Sequence[Sequence[Theme]]


def read(name: str) -> Script:
    """Return what a file of ``protokolle`` tells."""
    held, _mark, ahead = (FOLDER / f"{name}.md").read_text(encoding="utf-8").partition("=== kommend\n")
    return Script(_meetings(held), _meetings(ahead) if ahead else [])


def sentences() -> str:
    """Return what stands at greetings and closings: of formal bodies, of light ones, at the end."""
    return (FOLDER / "rahmen.md").read_text(encoding="utf-8")


def _meetings(text: str) -> list[list[Theme]]:
    return [[_theme(one) for one in f"\n{part.strip()}".split("\n## ")[1:]] for part in text.split("\n---\n")]


def _theme(part: str) -> Theme:
    first, *lines = part.strip().split("\n")
    head = _HEAD.fullmatch(first)
    if head is None:
        raise ValueError(f"no kind behind the title: {first}")
    kind, *words = head["words"].split(", ")
    said = "\n".join(line for line in lines if not line.startswith(("! ", "> "))).strip()
    return Theme(
        title=head["title"],
        kind=_KINDS[kind],
        minutes=next((int(word) for word in words if word.isdigit()), None),
        state=next((_STATES[word] for word in words if word in _STATES), ItemState.ON_AGENDA),
        is_public="öffentlich" in words,
        text=said,
        settled=next((_settled(line[2:]) for line in lines if line.startswith("! ")), None),
        task=next((line[2:] for line in lines if line.startswith("> ")), ""),
    )


def _settled(line: str) -> Settled:
    text, _mark, how = line.rpartition(" | ")
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (Ja|Nein|Enthaltung|befangen)", how)}
    return Settled(
        text=text,
        kind=DecisionKind.RECOMMENDATION if "Empfehlung" in how else DecisionKind.DECISION,
        is_vote="Konsens" not in how,
        is_lost="abgelehnt" in how,
        is_obsolete="gegenstandslos" in how,
        yes=counts.get("Ja", 0),
        no=counts.get("Nein", 0),
        abstained=counts.get("Enthaltung", 0),
        conflicted=counts.get("befangen", 0),
    )


def themes(work: Work) -> dict[int, Sequence[Theme]]:
    """Return key of a meeting → its themes: what lies behind is told from the newest back.

    That of today is the newest, whether it has begun or not: it has the same agenda at eight as at four.
    """
    rows = work.session.execute(
        select(Meeting, Body)
        .join(Body, Body.id == Meeting.body_id)
        .where(Meeting.state.in_((*HELD, *AHEAD)))
        .order_by(Meeting.starts_at, Meeting.id)
    ).all()
    found: dict[int, Sequence[Theme]] = {}
    for short_name, file in FILES.items():
        mine = [meeting for meeting, body in rows if body.short_name == short_name]
        script = read(file)
        told = [one for one in mine if one.state in HELD or one.starts_at.date() == work.today]
        held = [one.id for one in told]
        found |= dict(zip(reversed(held), reversed(script.held), strict=False))
        found |= dict(zip([one.id for one in mine if one not in told], script.ahead, strict=False))
    conferences = sorted(
        (body.name, meeting.id)
        for meeting, body in rows
        if body.kind is BodyKind.YOUTH_SERVICES_CONFERENCE and meeting.state in HELD
    )
    return found | dict(zip([key for _name, key in conferences], read("konferenzen").held, strict=False))
