"""The one blueprint of bodies; its views stand in several modules."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("bodies", __name__)
