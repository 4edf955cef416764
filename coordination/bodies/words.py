"""Rules of procedure and mandates as sentences: nobody has to read a table of switches."""

from __future__ import annotations

from datetime import date

from coordination.bodies.procedure import (
    AbstentionRule,
    DayKind,
    Deputies,
    Majority,
    MinutesKind,
    NoticeFrom,
    Procedure,
    QuorumBase,
    QuorumRule,
    TieRule,
    quorum,
)
from coordination.bodies.rules import mandate_ends_soon
from coordination.core.i18n import N_, format_date, gettext, ngettext

DAY_KIND_WORDS = {DayKind.CALENDAR: N_("calendar days"), DayKind.WORKING: N_("working days")}
NOTICE_FROM_WORDS = {
    NoticeFrom.SENT: N_("from the day it is sent"),
    NoticeFrom.RECEIVED: N_("from the day it arrives"),
}
QUORUM_WORDS = {
    QuorumRule.MORE_THAN_HALF: N_("more than half"),
    QuorumRule.HALF: N_("at least half"),
    QuorumRule.ONE_THIRD: N_("at least a third"),
    QuorumRule.NONE: N_("no quorum"),
}
QUORUM_BASE_WORDS = {
    QuorumBase.STATUTORY: N_("of all seats with a vote"),
    QuorumBase.CURRENT: N_("of the seats with a vote that are filled"),
}
MAJORITY_WORDS = {
    Majority.SIMPLE: N_("more yes than no"),
    Majority.OF_MEMBERS: N_("more than half of all members"),
    Majority.TWO_THIRDS: N_("two thirds of the votes"),
}
TIE_WORDS = {
    TieRule.REJECTED: N_("equal votes: not carried"),
    TieRule.CHAIR_DECIDES: N_("equal votes: the chair decides"),
}
ABSTENTION_WORDS = {
    AbstentionRule.NOT_COUNTED: N_("abstentions are not counted"),
    AbstentionRule.COUNTS_AS_NO: N_("abstentions count as no"),
}
MINUTES_WORDS = {
    MinutesKind.RESULTS: N_("minutes of results"),
    MinutesKind.DECISIONS: N_("minutes of decisions"),
    MinutesKind.DISCUSSION: N_("minutes of the discussion"),
    MinutesKind.VERBATIM: N_("verbatim minutes"),
}
DEPUTIES_WORDS = {
    Deputies.PERSONAL: N_("each member has a personal deputy"),
    Deputies.POOL: N_("deputies stand in for anybody"),
    Deputies.NONE: N_("nobody may be stood in for"),
}


def rhythm(rules: Procedure) -> str:
    """Return how often a body meets: "4 Sitzungen im Jahr, höchstens 120 Tage Abstand"."""
    parts = []
    if rules.target_per_year:
        n = rules.target_per_year
        parts.append(ngettext("one meeting a year", "%(count)s meetings a year", n, count=n))
    if rules.max_gap_days:
        n = rules.max_gap_days
        parts.append(ngettext("at most one day apart", "at most %(count)s days apart", n, count=n))
    return ", ".join(parts) or gettext("as needed")


def sentences(rules: Procedure, seats: int) -> list[str]:
    """Return the rules as short sentences, the invitation first; ``seats`` is the base of the quorum."""
    days = gettext(DAY_KIND_WORDS[rules.day_kind])
    said = [
        gettext(
            "Invitation %(n)s %(days)s before, counted %(since)s; urgent ones %(urgent)s.",
            n=rules.notice_days,
            days=days,
            since=gettext(NOTICE_FROM_WORDS[rules.notice_from]),
            urgent=rules.urgent_days,
        ),
        gettext(
            "Proposals for the agenda %(items)s days before, papers %(papers)s days before.",
            items=rules.agenda_deadline_days,
            papers=rules.paper_deadline_days,
        ),
        _quorum(rules, seats),
        _sentence(MAJORITY_WORDS[rules.majority], TIE_WORDS[rules.tie_rule], ABSTENTION_WORDS[rules.abstention_rule]),
        gettext(
            "Minutes within %(n)s days, objections within %(objections)s days; %(kind)s.",
            n=rules.minutes_days,
            objections=rules.objection_days,
            kind=gettext(MINUTES_WORDS[rules.minutes_kind]),
        ),
        _sentence(DEPUTIES_WORDS[rules.deputies]),
        gettext("Meetings are public.") if rules.is_public else gettext("Meetings are not public."),
    ]
    if rules.shows_invited:
        said.append(gettext("Invitations name everybody who is invited, with the address."))
    return said if rules.is_formal else [gettext("Works without formal rules: they remind and bind nobody."), *said]


def _quorum(rules: Procedure, seats: int) -> str:
    if rules.quorum_rule is QuorumRule.NONE:
        return gettext("There is no quorum.")
    what = f"{gettext(QUORUM_WORDS[rules.quorum_rule])} {gettext(QUORUM_BASE_WORDS[rules.quorum_base])}"
    needed = quorum(rules.quorum_rule, seats)
    if not needed:
        return gettext("Quorum: %(what)s.", what=what)
    return gettext("Quorum: %(what)s, at present %(needed)s of %(seats)s.", what=what, needed=needed, seats=seats)


def _sentence(*words: str) -> str:
    text = "; ".join(gettext(word) for word in words)
    return f"{text[0].upper()}{text[1:]}."


def mandate(valid_until: date | None, day: date, *, goes_on: bool = False) -> str:
    """Return when a mandate ends: "endet in 6 Wochen", "bis 31.07.2028" or nothing; a day where it goes on."""
    if valid_until is None:
        return ""
    if goes_on or not mandate_ends_soon(valid_until, day):
        return gettext("until %(day)s", day=format_date(valid_until))
    left = (valid_until - day).days
    if left == 0:
        text = gettext("ends today")
    elif left < 14:
        text = ngettext("ends in one day", "ends in %(count)s days", left, count=left)
    else:
        text = gettext("ends in %(n)s weeks", n=left // 7)
    return text
