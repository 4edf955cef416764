"""The floors: what bare Flask does with the same database on the same machine. Served by gunicorn like the product."""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import Any

from flask import Flask, Response, render_template
from flask.typing import ResponseReturnValue
from jinja2 import DictLoader
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from bench.servers import ANSWER
from coordination.calendars.models import CalendarPart
from coordination.calendars.rules import Variant
from coordination.directory.models import Place
from coordination.meetings.models import Meeting

#: Compiled once, like the product's: a template compiled for each answer would be no floor.
TEMPLATES = {
    "row.html": (
        "<!DOCTYPE html><title>{{ place.name }}</title><h1>{{ place.name }}</h1>"
        "<p>{{ place.street }} {{ place.phone }}</p>"
    ),
    "list.html": (
        "<!DOCTYPE html><title>Orte</title><table>{% for place in places %}"
        "<tr><td>{{ place.name }}</td><td>{{ place.street }}</td><td>{{ place.phone }}</td></tr>{% endfor %}</table>"
    ),
    "meeting.html": (
        "<!DOCTYPE html><title>{{ meeting.title }}</title><h1>{{ meeting.title }}</h1>"
        "<p>{{ meeting.starts_at }} {{ meeting.room }}</p>"
    ),
    "meetings.html": (
        "<!DOCTYPE html><title>Termine</title><table>{% for meeting in meetings %}"
        "<tr><td>{{ meeting.title }}</td><td>{{ meeting.starts_at }}</td><td>{{ meeting.room }}</td></tr>"
        "{% endfor %}</table>"
    ),
}
MEDIA_TYPE = "text/calendar; charset=utf-8"


class Floors(Flask):
    """Bare Flask with the templates above."""

    jinja_options: dict[str, Any] = Flask.jinja_options | {"loader": DictLoader(TEMPLATES)}


app = Floors(__name__)
engine = create_engine(os.environ["DATABASE_URL"])


@app.get("/hello")
def hello() -> ResponseReturnValue:
    return "hello"


@app.get("/row/<int:key>")
def row(key: int) -> ResponseReturnValue:
    with Session(engine) as session:
        return render_template("row.html", place=session.get_one(Place, key))


@app.get("/list")
def rows() -> ResponseReturnValue:
    with Session(engine) as session:
        places = session.scalars(select(Place).order_by(Place.sort_name).limit(50)).all()
        return render_template("list.html", places=places)


@app.get("/meeting/<int:key>")
def meeting(key: int) -> ResponseReturnValue:
    with Session(engine) as session:
        return render_template("meeting.html", meeting=session.get_one(Meeting, key))


@app.get("/meetings/<int:body_id>")
def meetings(body_id: int) -> ResponseReturnValue:
    with Session(engine) as session:
        of_body = select(Meeting).where(Meeting.body_id == body_id).order_by(Meeting.starts_at).limit(50)
        return render_template("meetings.html", meetings=session.scalars(of_body).all())


@app.get("/answer")
def answer() -> ResponseReturnValue:
    return Response(_plain, content_type=MEDIA_TYPE)


@app.get("/answer.gz")
def packed_answer() -> ResponseReturnValue:
    return Response(_packed, content_type=MEDIA_TYPE, headers={"Content-Encoding": "gzip"})


@app.get("/parts")
def parts() -> ResponseReturnValue:
    statement = select(CalendarPart.content).where(CalendarPart.variant == Variant.FULL).order_by(CalendarPart.id)
    with Session(engine) as session:
        return Response(b"".join(session.scalars(statement)), content_type=MEDIA_TYPE)


_file = Path(os.environ["KOORDINATION_INSTANCE"]) / ANSWER
_plain = _file.read_bytes() if _file.exists() else b""
_packed = gzip.compress(_plain, 5)
