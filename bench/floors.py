"""The floors: what bare Flask does with the same database on the same machine. Served by gunicorn like the product."""

from __future__ import annotations

import os

from flask import Flask, render_template_string
from flask.typing import ResponseReturnValue
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from coordination.directory.models import Place

ROW = (
    "<!DOCTYPE html><title>{{ place.name }}</title><h1>{{ place.name }}</h1><p>{{ place.street }} {{ place.phone }}</p>"
)
LIST = (
    "<!DOCTYPE html><title>Orte</title><table>{% for place in places %}"
    "<tr><td>{{ place.name }}</td><td>{{ place.street }}</td><td>{{ place.phone }}</td></tr>{% endfor %}</table>"
)

app = Flask(__name__)
engine = create_engine(os.environ["DATABASE_URL"])


@app.get("/hello")
def hello() -> ResponseReturnValue:
    return "hello"


@app.get("/row/<int:key>")
def row(key: int) -> ResponseReturnValue:
    with Session(engine) as session:
        return render_template_string(ROW, place=session.get_one(Place, key))


@app.get("/list")
def rows() -> ResponseReturnValue:
    with Session(engine) as session:
        places = session.scalars(select(Place).order_by(Place.sort_name).limit(50)).all()
        return render_template_string(LIST, places=places)
