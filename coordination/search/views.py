"""The search page; the same answer as a fragment while somebody types."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from coordination.core import clock
from coordination.core.access import Permission
from coordination.core.registry import search_sources
from coordination.search.nearest import look
from coordination.search.queries import Wanted
from coordination.search.statements import CANDIDATES
from coordination.web.extensions import db
from coordination.web.forms import tidy_line
from coordination.web.guard import authorize, current_actor

bp = Blueprint("search", __name__)

#: Results of each kind: on the page, and in the list under the search field.
ON_PAGE, AS_TYPED = 20, 5


@bp.get("/suche")
def results() -> ResponseReturnValue:
    """Show what matches ``q``, of one kind (``art``) as far as there is; only the list if htmx asks for it."""
    authorize(Permission.DIRECTORY_READ)
    text = tidy_line(request.args.get("q"))[:200]
    is_fragment = request.headers.get("HX-Request") == "true"
    sources = {source.kind: source for source in search_sources}
    kind = request.args.get("art")
    if kind in sources and not is_fragment:
        wanted = Wanted(CANDIDATES, kind)
    else:
        kind, wanted = None, Wanted(AS_TYPED if is_fragment else ON_PAGE)
    answer = look(db.session(), current_actor(), text, day=clock.today(), wanted=wanted)
    template = "search/_suggestions.html" if is_fragment else "search/results.html"
    return render_template(template, q=text, groups=answer.groups, answer=answer, sources=sources, kind=kind)
