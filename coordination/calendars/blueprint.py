"""The one blueprint of calendars; its views stand in several modules."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("calendars", __name__)
