"""What templates may use beside their values: translations, formats, addresses of static files, navigation."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, SupportsFloat

from flask import Flask, current_app, g, request, session, url_for
from flask_wtf.csrf import generate_csrf
from jinja2 import StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from coordination.core import clock, i18n, phones
from coordination.web import forms, guard

THEMES = ("system", "light", "dark")


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the navigation; ``group`` 2 stands below the divider. ``word`` is a msgid."""

    key: str
    word: str
    endpoint: str
    permission: str
    group: int = 1
    in_bottom: bool = False
    #: What the address asks for beside its path.
    query: tuple[tuple[str, str], ...] = ()

    @property
    def url(self) -> str:
        """Return where the entry leads."""
        values: dict[str, Any] = dict(self.query)
        return url_for(self.endpoint, **values)

    @property
    def label(self) -> str:
        """Return the word in the reader's language."""
        return i18n.gettext(self.word)

    @property
    def current(self) -> bool:
        """Return whether the page shown belongs to this entry."""
        return bool(g.get("nav_key", (request.endpoint or "").split(".")[0]) == self.key)


#: Filled by ``app.py`` in the order in which it is shown.
navigation: list[NavItem] = []


def nav() -> list[NavItem]:
    """Return the entries that the current actor may use."""
    return [item for item in navigation if guard.may(item.permission)]


def static_url(name: str) -> str:
    """Return the address of a static file with its content's hash, so that it may be kept for ever.

    A page names fifty of them; each is hashed once in the life of a process.
    """
    known: dict[str, str] = current_app.extensions.setdefault("koordination.static_urls", {})
    if name not in known:
        content = (Path(current_app.static_folder or "") / name).read_bytes()
        known[name] = url_for("static", filename=name, v=hashlib.sha256(content).hexdigest()[:12])
    return known[name]


#: Addresses that a process keeps at most.
MOST_ADDRESSES = 10_000


def address_of(endpoint: str, **values: Any) -> str:
    """Return Flask's ``url_for``; the path of the same endpoint and values is built once in the life of a process.

    A list names three in each line. What depends on more than that (on the host, on the page shown) is built anew.
    """
    if endpoint.startswith(".") or endpoint == "static" or any(name.startswith("_") for name in values):
        return url_for(endpoint, **values)
    known: dict[tuple[object, ...], str] = current_app.extensions.setdefault("koordination.addresses", {})
    # With their types: 1 and True are equal, and not the same in an address.
    key = (request.script_root, endpoint, *((name, type(value), value) for name, value in values.items()))
    try:
        found = known.get(key)
    except TypeError:
        # A list has no hash.
        return url_for(endpoint, **values)
    if found is None:
        if len(known) >= MOST_ADDRESSES:
            known.clear()
        found = known[key] = url_for(endpoint, **values)
    return found


def icon(name: str, label: str | None = None) -> Markup:
    """Return the drawing of an icon in the colour of the text; with a ``label`` it is spoken, else it is decoration.

    A page has a hundred of them: as a macro they took a tenth of its time.
    """
    known: dict[str, Markup] = current_app.extensions.setdefault("koordination.icons", {})
    if label:
        return _drawn(name, Markup('role="img" aria-label="{}"').format(label))
    if name not in known:
        known[name] = _drawn(name, Markup('aria-hidden="true"'))
    return known[name]


def _drawn(name: str, spoken: Markup) -> Markup:
    use = Markup('<use href="{}#{}"></use>').format(static_url("vendor/lucide/icons.svg"), name)
    return Markup('<svg class="icon" viewBox="0 0 24 24" {} focusable="false">{}</svg>').format(spoken, use)


#: Longest local part of an address that is kept in one piece.
LONG_LOCAL_PART = 20


def breakable(address: str | None) -> Markup:
    """Return an e-mail address that may break after its "@", a long one after the dots before it too."""
    local, at, domain = str(escape(address or "")).partition("@")
    if len(local) > LONG_LOCAL_PART:
        local = local.replace(".", ".<wbr>")
    return Markup(f"{local}{at}<wbr>{domain}" if at else local)  # noqa: S704 - escaped above


_UNBROKEN = ((" e. V.", "\u00a0e.\u00a0V."), (" e.V.", "\u00a0e.V."), ("–", "\u2060–\u2060"), (" Uhr", "\u00a0Uhr"))


def unbroken(name: str | None) -> str:
    """Return text in which "e. V." and a time from one hour to another stay in one piece."""
    for apart, whole in _UNBROKEN:
        name = (name or "").replace(apart, whole)
    return name or ""


#: "Mi 8–11:30 Uhr", "08:00–13:00": a day with its hours, as ``format_hours`` writes them.
_HOURS = re.compile(r"(?:\b[A-Z][a-z]{1,2} )?\d{1,2}(?::\d\d)?–\d{1,2}(?::\d\d)?(?: Uhr)?,?")


def whole_times(text: str | None) -> Markup:
    """Return text in which a time from one hour to another stays in one piece, with its day."""
    parts, last = Markup(), 0
    for found in _HOURS.finditer(text or ""):
        parts += escape((text or "")[last : found.start()]) + Markup('<span class="nowrap">{}</span>').format(found[0])
        last = found.end()
    return parts + escape((text or "")[last:])


def share_text(posts: SupportsFloat | None, hours: SupportsFloat | None, derived: SupportsFloat | None = None) -> str:
    """Return "0,5 Stelle (19,5 Std.)", with what is known of both; what was given stands first.

    ``derived``: what hours alone are in posts, by the full week of the employer: "19,5 Std. (0,5 Stelle)".
    """
    in_hours = "" if hours is None else i18n.gettext("%(hours)s hrs", hours=i18n.format_number(float(hours), 2))
    if posts is None:
        parts = [in_hours, "" if derived is None else _posts_text(float(derived))]
    else:
        parts = [_posts_text(float(posts)), in_hours]
    first, *more = [part for part in parts if part] or [""]
    return " ".join([first, *(f"({part})" for part in more)])


def _posts_text(posts: float) -> str:
    # "0,5 Stelle", "1 Stelle", "1,27 Stellen": what counts is whether it is more than one.
    number = i18n.format_number(posts, 2)
    return i18n.ngettext("%(posts)s post", "%(posts)s posts", 1 if posts <= 1 else 2, posts=number)


def current_theme() -> str:
    """Return "system", "light" or "dark"."""
    theme = session.get("theme", "system")
    return theme if theme in THEMES else "system"


#: What templates write values with.
FILTERS: dict[str, Callable[..., Any]] = {
    "day": i18n.format_day,
    "date": i18n.format_date,
    "short_day": i18n.format_short_day,
    "short_date": i18n.format_short_date,
    "month": i18n.format_month,
    "clock": i18n.format_time,
    "hours": lambda one: i18n.format_hours(one.starts_at, one.ends_at),
    "phone": phones.display_phone,
    "phone_href": phones.phone_href,
    "number": i18n.format_number,
    "decimal": lambda number: i18n.format_number(float(number), 2),
    "weekday": i18n.weekday_short,
    "weekday_name": i18n.weekday_name,
    "wall": clock.wall_clock,
    "breakable": breakable,
    "unbroken": unbroken,
    "whole_times": whole_times,
}


def _filled(context: Context, text: str, values: dict[str, Any]) -> str:
    whole = i18n.full_stops(text, values)
    # The text is the catalogue's, as Jinja's own filling takes it; what is filled in is escaped.
    return (Markup(whole) if context.eval_ctx.autoescape else whole) % values  # noqa: S704


@pass_context
def _gettext(context: Context, message: str, /, **values: Any) -> str:
    return _filled(context, i18n.gettext(message), values)


@pass_context
def _ngettext(context: Context, singular: str, plural: str, n: int, /, **values: Any) -> str:
    values.setdefault("num", n)
    return _filled(context, i18n.ngettext_plain(singular, plural, n), values)


def install(app: Flask, *, city_name: str, contact_email: str, is_demo: bool) -> None:
    """Register filters and globals; names that are not there are errors, not blanks."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.i18n")
    # Texts over several lines are one line in the catalogue; translations/check.py reads them the same way.
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    install_gettext: Callable[..., None] = app.jinja_env.install_gettext_callables  # type: ignore[attr-defined]
    install_gettext(i18n.gettext, i18n.ngettext_plain, newstyle=True, pgettext=i18n.pgettext)
    # Jinja's own would put a second full stop behind "e. V.".
    app.jinja_env.globals |= {"gettext": _gettext, "ngettext": _ngettext}
    app.jinja_env.filters |= FILTERS
    app.jinja_env.globals |= {
        "static_url": static_url,
        "url_for": address_of,
        "draw_icon": icon,
        "share": share_text,
        "may": guard.may,
        "is_reader": guard.is_reader,
        "csrf_token": generate_csrf,
        "by_initial": forms.by_initial,
        "LONG_LIST": forms.LONG_LIST,
        # Macros see globals alone: who is asked where nobody else is named.
        "coordination_office": {"city": city_name, "email": contact_email},
    }

    @app.context_processor
    def _page() -> dict[str, Any]:
        entries = nav()
        return {
            "actor": guard.current_actor(),
            "account": g.get("account"),
            "city_name": city_name,
            "is_demo": is_demo,
            "language": i18n.current_language(),
            "theme": current_theme(),
            "today": clock.today(),
            "nav": entries,
            "bottom_nav": [item for item in entries if item.in_bottom],
        }
