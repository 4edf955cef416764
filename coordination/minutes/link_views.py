"""Minutes behind the personal link of the mail that circulates them: as a page and as PDF, without an account."""

from __future__ import annotations

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from coordination.bodies import contact
from coordination.core import clock
from coordination.core.errors import LinkOver, NotFound
from coordination.core.i18n import gettext as _
from coordination.core.i18n import use_language
from coordination.meetings import preview
from coordination.meetings.answer_file_views import wrong_links
from coordination.minutes import link_services
from coordination.minutes.blueprint import bp
from coordination.minutes.pages import site
from coordination.minutes.reading_views import content_of, pdf_of
from coordination.minutes.rules import STATE_WORDS, BeingRevised
from coordination.web.extensions import db
from coordination.web.guard import open_to_all


@bp.get("/protokoll/<token>")
@open_to_all("the signed link is the capability of one person who was asked to read")
def read_by_link(token: str) -> ResponseReturnValue:
    """Show minutes to whoever holds the link, as far as that person may read them now."""
    wrong_links.check()
    session, day = db.session(), clock.today()
    try:
        found = link_services.opened(session, site(), token, day)
    except NotFound:
        wrong_links.count()
        return contact.unknown_link()
    except BeingRevised:
        raise
    except LinkOver as over:
        why = _("The link is too old, or the minutes are no longer yours to read.")
        return contact.link_over(over, title=_("These minutes cannot be read here now"), why=why)
    use_language(preview.languages_of(session, [found.person.id]).get(found.person.id, "de"))
    return render_template(
        "minutes/link.html",
        person=found.person,
        meeting=found.meeting,
        minutes=found.minutes,
        sees_inside=found.sees_inside,
        content=content_of(found.meeting, found.minutes, sees_inside=found.sees_inside),
        office=contact.office_of(found.meeting.body_id),
        token=token,
        today=day,
        state_words=STATE_WORDS,
    )


@bp.get("/protokoll/<token>/protokoll.pdf")
@open_to_all("the signed link is the capability of one person who was asked to read")
def pdf_by_link(token: str) -> Response:
    """Give minutes as PDF; while they are being revised a page says so. Whatever else does not work is not found.

    Raises:
        NotFound: the link is not from here, or over.
    """
    wrong_links.check()
    try:
        found = link_services.opened(db.session(), site(), token, clock.today())
    except BeingRevised:
        raise
    except (NotFound, LinkOver):
        wrong_links.count()
        raise NotFound from None
    return pdf_of(found.meeting, found.minutes, sees_inside=found.sees_inside)


@bp.errorhandler(BeingRevised)
def being_revised(over: BeingRevised) -> ResponseReturnValue:
    """Say to whoever may read minutes that were taken back that they are being revised; by link and signed in."""
    why = _("They go round again when they are ready; then they are to be read here once more.")
    return contact.link_over(over, title=_("These minutes are being revised"), why=why)
