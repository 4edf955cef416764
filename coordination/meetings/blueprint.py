"""The one blueprint of meetings; its views stand in several modules."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("meetings", __name__)
