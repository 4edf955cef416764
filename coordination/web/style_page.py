"""The style page of the demonstration: every part in every state, with invented examples."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DateField, FileField, RadioField, SelectField, StringField, TextAreaField, TimeField

from coordination.web.forms import Form, MultiCheckboxField, Needed, SelectChoice
from coordination.web.guard import open_to_all

bp = Blueprint("style", __name__)


class SampleForm(Form):
    """One field of each kind."""

    name = StringField("Person", [Needed("Hier fehlt der Name. Bitte tragen Sie Vor- und Nachnamen ein.")])
    school = SelectField("Schule", choices=[SelectChoice("1", "Fröbelschule"), SelectChoice("2", "Sonnenschule")])
    start = DateField("Beginn", [Needed("Bitte geben Sie das Datum an, zum Beispiel 01.02.2027.")])
    from_time = TimeField("Von")
    kind = RadioField("Aufgabe", choices=[SelectChoice("a", "Schulsozialarbeit"), SelectChoice("b", "Jugendarbeit")])
    days = MultiCheckboxField("Weitere Tage", choices=[SelectChoice("0", "Mo"), SelectChoice("1", "Di")])
    remark = TextAreaField("Bemerkung")
    file = FileField("Liste")
    confirmed = BooleanField("Die Angaben sind bestätigt")
    share = StringField("Anteil")


class SampleFilter(Form):
    """A filter as it stands above a list."""

    district = SelectField("Stadtbezirk", choices=[SelectChoice("", "alle"), SelectChoice("1", "Mitte")])


def _time(time: str, place: str = "", kind: str = "here") -> dict[str, str]:
    return {"time": time, "place": place, "kind": kind, "note": ""}


def _week() -> list[dict[str, Any]]:
    first = [[_time("8–13 Uhr", "Raum 104")], [], [_time("8–13 Uhr", "Raum 104")], [_time("10–15 Uhr", "", "away")], []]
    second = [[], [_time("14–16 Uhr", "Mensa")], [_time("14–16 Uhr", "", "unknown")], [], [_time("8–10 Uhr", "Raum 2")]]
    return [
        {"label": "Aylin Musterfrau", "url": "#week", "meta": "Schulsozialarbeit · 0,5 Stelle", "days": first},
        {"label": "Jonas Probemann", "url": "#week", "meta": "Jugendarbeit", "days": second},
        {"label": "unbesetzt", "url": None, "meta": "0,25 Stelle, seit 01.08.2026", "days": [[], [], [], [], []]},
    ]


def _row(name: str, school: str, state: str, word: str) -> dict[str, str]:
    return {
        "name": name,
        "school": school,
        "employer": "Beispielträger gGmbH",
        "share": "0,5",
        "state": f"assignment.{state}",
        "word": word,
    }


def _results() -> list[dict[str, Any]]:
    school = {
        "title": Markup("<mark>Frö</mark>belschule"),
        "url": "#results",
        "meta": "Grundschule · Mitte",
        "icon": "school",
        "phone": "+49521511234",
    }
    return [{"title": "Schulen", "count": 1, "entries": [school]}]


def samples() -> dict[str, Any]:
    """Return what the style page shows."""
    wrong = SampleForm(MultiDict(), prefix="wrong-")
    wrong.validate()
    team = {"label": "Team Schulsozialarbeit", "url": "#tree", "meta": "14 Personen", "children": []}
    office = {"label": "Bildungsbüro", "url": "#tree", "meta": "", "children": [team]}
    options = [
        {"label": "alle", "url": "#filters", "current": True, "count": 110},
        {"label": "Mitte", "url": "#filters", "current": False, "count": 31},
    ]
    return {
        "form": SampleForm(prefix="f-"),
        "wrong_form": wrong,
        "filter_form_fields": SampleFilter(prefix="x-"),
        "rows": [
            _row("Aylin Musterfrau", "Fröbelschule, Grundschule", "current", "heute vor Ort"),
            _row("Jonas Probemann", "Realschule am Schlehenweg", "ends", "bis 31.01.2027"),
            _row("Yıldız Beispieloğlu", "Gesamtschule Probeheide", "planned", "ab 01.02.2027"),
        ],
        "week": _week(),
        "results": _results(),
        "organisations": [{"label": "Stadt", "url": "#tree", "meta": "", "children": [office]}],
        "page": {"first": 21, "last": 40, "total": 1110, "previous_url": "#pages", "next_url": "#pages"},
        "filter_rows": [{"label": "Stadtbezirk", "options": options}],
    }


@bp.get("/stil")
@open_to_all("shows parts of pages with invented examples; exists only in the demonstration")
def index() -> ResponseReturnValue:
    """Show the style page."""
    return render_template("style/index.html", **samples())
