"""The one blueprint of minutes; its views stand in several modules."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("minutes", __name__)
