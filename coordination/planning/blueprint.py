"""The one blueprint of planning."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("planning", __name__)
