"""What pages say of responsibilities."""

from __future__ import annotations

from coordination.core.i18n import gettext as _
from coordination.directory.responsibilities.models import Responsibility
from coordination.directory.responsibilities.rules import Scope
from coordination.directory.school_forms import form_text


def where(row: Responsibility, place: str | None = None) -> str:
    """Return where a responsibility holds; ``place`` is what its place was called on the day of the page."""
    match row.scope:
        case Scope.PLACE:
            return place or (row.place.name if row.place else "")
        case Scope.SCHOOL_FORM:
            return _("schools of the form %(form)s", form=form_text(row.form_code))
        case Scope.DISTRICT:
            return _("district %(district)s", district=row.district.name if row.district else "")
        case Scope.EVERYWHERE:
            return _("the whole city")


def why(row: Responsibility, place: str | None = None) -> str:
    """Return in half a sentence what a post is responsible for: "zuständig für Inklusion im Stadtbezirk Mitte"."""
    topic = row.topic.name
    match row.scope:
        case Scope.PLACE:
            return _("responsible for %(topic)s: %(place)s", topic=topic, place=where(row, place))
        case Scope.SCHOOL_FORM:
            form = form_text(row.form_code)
            return _("responsible for %(topic)s at schools of the form %(form)s", topic=topic, form=form)
        case Scope.DISTRICT:
            district = row.district.name if row.district else ""
            return _("responsible for %(topic)s in the district %(district)s", topic=topic, district=district)
        case Scope.EVERYWHERE:
            return _("responsible for %(topic)s in the whole city", topic=topic)
