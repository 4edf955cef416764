"""Why something was found, where nothing that a result shows says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from coordination.core.i18n import gettext
from coordination.core.registry import SearchHit, search_belongings
from coordination.search.rules import Query, is_looked_for_inside, words_of


def with_reasons(
    session: Session, kind: str, query: Query, hits: Mapping[int, SearchHit], *, day: date
) -> dict[int, SearchHit]:
    """Return hits of one kind that were found by what belongs to them, with that said first where it stands nowhere."""
    found = dict(hits)
    for one in search_belongings if hits else ():
        if one.kind != kind or not one.said:
            continue
        for key, texts in one.texts(session, list(hits), day).items():
            by = next((text for text in texts if _explains(text, found[key].title, query)), None)
            if by is not None:
                parts = gettext(one.said, name=by), found[key].detail
                found[key] = replace(found[key], detail=" · ".join(part for part in parts if part))
    return found


def _explains(text: str, title: str, query: Query) -> bool:
    """Return whether a text has a term of the query in a word that the title has not."""
    words = set(words_of(text)) - set(words_of(title))
    return any(_is_in(term, word) for term in query.terms for word in words)


def _is_in(term: str, word: str) -> bool:
    return term in word if is_looked_for_inside(term) else word.startswith(term)
