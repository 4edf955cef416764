"""The one blueprint of the directory; its views stand in several modules."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("directory", __name__)
