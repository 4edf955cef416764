"""How a decision was made, in words, against worked examples."""

from datetime import date

import pytest

from coordination.decisions.models import Task
from coordination.decisions.rules import Result, Status, Votes
from coordination.decisions.words import SHORT, due_on, short, voted

A, R = Result.ACCEPTED, Result.REJECTED


@pytest.mark.parametrize(
    ("votes", "result", "text"),
    [
        (Votes(9, 0), A, "einstimmig"),
        (Votes(9, 0, 2), A, "einstimmig bei 2 Enthaltungen"),
        (Votes(9, 0, 1), A, "einstimmig bei einer Enthaltung"),
        (Votes(7, 2, 1), A, "7 Ja, 2 Nein, 1 Enthaltung – angenommen"),
        (Votes(3, 3), R, "3 Ja, 3 Nein – abgelehnt"),
        # Without a no, but short of a majority of members: nothing to call unanimous.
        (Votes(2, 0), R, "2 Ja, 0 Nein – abgelehnt"),
        (Votes(0, 0, 4), R, "0 Ja, 0 Nein, 4 Enthaltungen – abgelehnt"),
        (Votes(5, 1, 0, 1, 2), A, "5 Ja, 1 Nein – angenommen, 2 Stimmen ungültig, eine Person wirkte nicht mit"),
    ],
)
def test_a_vote_is_said_in_words(votes: Votes, result: Result, text: str) -> None:
    assert voted(votes, result).removesuffix(" (befangen)") == text


@pytest.mark.parametrize(("result", "word"), [(A, "angenommen"), (R, "abgelehnt")])
def test_the_casting_vote_of_the_chair_is_said(result: Result, word: str) -> None:
    said = voted(Votes(2, 2), result, by_chair=True)
    assert said == f"2 Ja, 2 Nein – {word} durch Stichentscheid des Vorsitzes"


def test_a_long_text_ends_at_a_word() -> None:
    assert short("kurz\nund gut") == "kurz und gut"
    assert len(short("Wort " * 100)) <= SHORT + 2
    assert short("Wort " * 100).endswith("Wort …")


@pytest.mark.parametrize(
    ("day", "status", "said"),
    [
        (date(2026, 12, 5), Status.OPEN, "fällig am 05.12.2026 (in 8 Tagen)"),
        (date(2026, 11, 27), Status.OPEN, "fällig am 27.11.2026 (heute)"),
        (date(2026, 11, 24), Status.OPEN, "war fällig am 24.11.2026 (vor 3 Tagen)"),
        (date(2026, 11, 24), Status.DONE, "war fällig am 24.11.2026"),
        (None, Status.OPEN, ""),
    ],
)
def test_a_card_says_what_its_day_is(day: date | None, status: Status, said: str) -> None:
    assert due_on(Task(due_on=day, status=status), date(2026, 11, 27)) == said
