"""The pages of decisions and tasks."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("decisions", __name__)
