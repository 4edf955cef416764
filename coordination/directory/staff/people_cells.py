"""Who a row speaks of: one person, several in one cell, or nobody yet. No database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coordination.core.errors import RuleViolation
from coordination.core.i18n import N_
from coordination.directory.staff import cells
from coordination.directory.staff.columns import Field
from coordination.directory.staff.rows import PersonText
from coordination.directory.staff.values import short

if TYPE_CHECKING:
    from coordination.directory.staff.reading import ListReader

NAMES = (Field.PERSON, Field.FAMILY, Field.GIVEN)
_NOBODY = N_("There is nobody in this row. If the post is vacant, please write “n.n.”.")
_NO_GIVEN = N_(
    "Only family names stand in this row: %(names)s. Please write “family name, given name” for each of them, "
    "or give each person a row."
)
_NUMBERS_DIFFER = N_(
    "People in this row: %(people)s. Entries in the column “%(column)s”: %(number)s. "
    "Please give each person a row, or as many entries as people."
)


@dataclass(frozen=True, slots=True)
class Part:
    """One person of a row (None: vacant) with the cells that are theirs alone."""

    person: PersonText | None
    share: str
    hours: str
    times: str


def field_of(fields: Mapping[Field, int]) -> Field:
    """Return the column in which people stand."""
    return next((field for field in NAMES if field in fields), Field.PERSON)


def people_of(reader: ListReader) -> list[Part]:
    """Return the people of a row.

    Raises:
        RuleViolation: there is nobody, a name or an address cannot be read, or what is theirs cannot be told apart.
    """
    names = _names(reader)
    if not names:
        raise RuleViolation(_NOBODY)
    number = len(names)
    if number == 1:
        text = reader.text
        person = _person(reader, names[0], (text(Field.EMAIL), text(Field.PHONE), text(Field.MOBILE)))
        return [Part(person, text(Field.SHARE), text(Field.HOURS), text(Field.TIMES))]
    mails = _each(reader, Field.EMAIL, number, is_shared=False)
    phones, mobiles = (_each(reader, field, number) for field in (Field.PHONE, Field.MOBILE))
    shares, hours = (_each(reader, field, number, is_shared=False) for field in (Field.SHARE, Field.HOURS))
    times = _each(reader, Field.TIMES, number)
    return [
        Part(
            _person(reader, name, (mails[place], phones[place], mobiles[place])),
            shares[place],
            hours[place],
            times[place],
        )
        for place, name in enumerate(names)
    ]


def _person(reader: ListReader, name: cells.Name | None, contact: tuple[str, str, str]) -> PersonText | None:
    if name is None:
        return None
    values = reader.values
    mail, phone, mobile = contact
    return PersonText(
        name.family,
        name.given,
        short(name.title, 40),
        reader.filled(Field.EMAIL, values.email, mail) or "",
        reader.filled(Field.PHONE, values.phone, phone) or "",
        reader.filled(Field.MOBILE, values.phone, mobile) or "",
    )


def _names(reader: ListReader) -> list[cells.Name | None]:
    """Return the names of a row, from one column or from two; None is a vacancy."""
    if Field.FAMILY not in reader.fields or reader.text(Field.PERSON):
        parts = cells.split_cell(reader.cell(Field.PERSON))
        return [None if cells.is_vacancy(part) else _name(reader, part) for part in parts]
    families, givens = cells.split_cell(reader.cell(Field.FAMILY)), cells.split_cell(reader.cell(Field.GIVEN))
    if Field.GIVEN not in reader.fields:
        return [None if cells.is_vacancy(part) else _name(reader, part) for part in families]
    vacant = [cells.is_vacancy(part) for part in families]
    if all(vacant):
        return [None for _part in families]
    if not givens:
        return _whole_names(reader, families)
    if len(families) != len(givens):
        raise _differing(reader, Field.GIVEN, len(families), len(givens))
    title = reader.text(Field.TITLE)
    return [
        None if is_vacant else cells.checked(cells.Name(family, given, title))
        for family, given, is_vacant in zip(families, givens, vacant, strict=True)
    ]


def _whole_names(reader: ListReader, parts: list[str]) -> list[cells.Name | None]:
    """Return the names of a row whose column of given names is empty: each part has to be a whole name.

    Without a comma one alone may as well be a family name of two words.
    """
    half = [part for part in parts if not cells.is_vacancy(part) and not _is_whole(part, alone=len(parts) == 1)]
    if half:
        raise RuleViolation(_NO_GIVEN, names=", ".join(half))
    return [None if cells.is_vacancy(part) else _name(reader, part) for part in parts]


def _is_whole(part: str, *, alone: bool) -> bool:
    return "," in part or (not alone and " " in part and not cells.begins_with_particle(part))


def _name(reader: ListReader, text: str) -> cells.Name:
    return reader.values.once("name", text, lambda: cells.read_name(text))


def _each(reader: ListReader, field: Field, number: int, *, is_shared: bool = True) -> list[str]:
    """Return a cell for each of several people; one entry holds for all where ``is_shared``."""
    parts = cells.split_cell(reader.cell(field))
    if len(parts) == number:
        return parts
    if not parts or (len(parts) == 1 and is_shared):
        return (parts or [""]) * number
    raise _differing(reader, field, number, len(parts))


def _differing(reader: ListReader, field: Field, people: int, number: int) -> RuleViolation:
    place = reader.fields[field]
    column = next((heading.text for heading in reader.layout.headings if heading.place == place), "")
    return RuleViolation(_NUMBERS_DIFFER, people=people, number=number, column=column)
