"""The one blueprint of confirmation rounds; its views stand in several modules."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("rounds", __name__)
