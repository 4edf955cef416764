"""Reading the official school file of North Rhine-Westphalia into records, row by row, without ever failing on one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from coordination.core.i18n import N_
from coordination.directory import school_cells as cells
from coordination.directory.school_forms import CLOSES, DISSOLVED, DORMANT, FORMS, NOT_SCHOOLS, OPENS_LATER, OPERATION
from coordination.directory.school_names import display_name, join_name, short_name, split_short
from coordination.exchange.tables import Remark, Row, Table, read_table

NAME_COLUMNS = ("Schulbezeichnung_1", "Schulbezeichnung_2", "Schulbezeichnung_3")
#: Without these a row says too little; other columns may be missing, as Bezirksregierung is in older files.
REQUIRED = (
    *(
        "Schulnummer",
        "Schulform",
        *NAME_COLUMNS,
        "Kurzbezeichnung",
        "PLZ",
        "Ort",
        "Strasse",
        "Telefonvorwahl",
        "Telefon",
    ),
    *("E-Mail", "Gemeindeschluessel", "Schulbetriebsschluessel", "Schulbetriebsdatum"),
)
#: Field -> the column whose absence means that the file says nothing about it.
OPTIONAL = {
    "fax": "Fax",
    "website": "Homepage",
    "legal_form": "Rechtsform",
    "maintainer_number": "Traegernummer",
    "position": "UTMRechtswert",
}
_UNUSABLE = N_("The line has no name or a value that is too long; it was left out.")
#: Field -> the most characters that it has anywhere; a line with more is damaged, and no database would take it.
LONGEST = {
    "name": 300,
    "short_name": 120,
    "display_name": 200,
    "form_code": 2,
    "street": 120,
    "postcode": 10,
    "city": 80,
    "phone": 40,
    "fax": 40,
    "email": 320,
    "website": 300,
    "legal_form": 1,
    "maintainer_number": 12,
    "municipality": 8,
    "operation_key": 1,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolRecord:
    """One row of the school file. ``unreadable`` names fields that had a value nobody can read."""

    number: str
    form_code: str
    name: str
    short_name: str
    display_name: str
    street: str
    postcode: str
    city: str
    phone: str | None
    fax: str | None
    email: str
    website: str
    legal_form: str
    maintainer_number: str
    municipality: str
    operation_key: str
    operation_date: date | None
    utm_east: int | None
    utm_north: int | None
    epsg: int | None
    district_office: str
    pupils: int | None = None
    social_index: int | None = None
    focus: tuple[str, ...] = ()
    line: int = 0
    unreadable: frozenset[str] = frozenset()

    @property
    def is_school(self) -> bool:
        """Return False for authorities and teacher training; they become places of another kind."""
        return self.form_code not in NOT_SCHOOLS

    @property
    def opens_on(self) -> date | None:
        """Return the first day of a school that is not open yet."""
        return self.operation_date if self.operation_key == OPENS_LATER else None

    @property
    def closes_on(self) -> date | None:
        """Return the last day of a school that is being wound up or has been dissolved."""
        return self.operation_date if self.operation_key in CLOSES | DISSOLVED else None

    @property
    def is_running(self) -> bool:
        """Return False for a school that is dormant or dissolved and only still stands in the file.

        Such schools are records too: people and meetings of past years point to them, and a school that goes on being
        listed after its end must not look as if it had vanished from the file.
        """
        return self.operation_key != DORMANT and self.operation_key not in DISSOLVED


@dataclass(frozen=True, slots=True)
class SchoolFile:
    """What a school file holds.

    Attributes:
        records: what can be imported, in the order of the file.
        fields: the comparable fields the file speaks about; about others it is silent, which is not "empty".
        rows: how many rows the file has.
        elsewhere: rows of other municipalities.
        dormant, dissolved: records of schools without operation (``SchoolRecord.is_running`` is False).
        left_out: rows that could not be used; each has a remark.
        without_leading_zero: rows whose codes a spreadsheet had taken for figures; they were restored.
        mentioned: the school numbers that stand in the file, also of rows that could not be used.
    """

    records: tuple[SchoolRecord, ...]
    fields: frozenset[str]
    encoding: str
    remarks: tuple[Remark, ...]
    rows: int
    elsewhere: int = 0
    dormant: int = 0
    dissolved: int = 0
    left_out: int = 0
    without_leading_zero: int = 0
    mentioned: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Reading:
    """What is gathered while the rows are read."""

    pupils: Mapping[str, int]
    social_index: Mapping[str, int]
    count: Counter[str] = field(default_factory=Counter)
    remarks: list[Remark] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)

    def leave_out(self, row: Row, message: str, **values: object) -> None:
        self.count["left_out"] += 1
        self.remarks.append(Remark(message, values, row.line, _about(row)))


def read_schools(
    raw: bytes, *, municipality: str | None, pupils: bytes | None = None, social_index: bytes | None = None
) -> SchoolFile:
    """Return the schools in ``raw``.

    Args:
        raw: the school file as the ministry publishes it, or as somebody saved it again.
        municipality: eight digits ("05711000"); rows of others are counted only. None keeps all.
        pupils: the file with columns Schulnummer and Anzahl.
        social_index: the file with columns Schulnummer and Sozialindexstufe.

    Raises:
        RuleViolation: one of the files cannot be read at all.
    """
    table = read_table(raw, required=REQUIRED)
    reading = _Reading(
        _numbers_by_school(pupils, "Anzahl", range(100_000)),
        _numbers_by_school(social_index, "Sozialindexstufe", range(1, 10)),
    )
    rows = ((row, _wanted(row, municipality, reading)) for row in table.rows)
    records = [record for row, number in rows if number and (record := _record(row, number, reading))]
    return SchoolFile(
        records=tuple(records),
        fields=_fields(table, pupils is not None, social_index is not None),
        encoding=table.encoding,
        remarks=(*table.remarks, *_summary(reading), *reading.remarks),
        rows=len(table.rows) + table.left_out,
        elsewhere=reading.count["elsewhere"],
        dormant=sum(record.operation_key == DORMANT for record in records),
        dissolved=sum(record.operation_key in DISSOLVED for record in records),
        left_out=reading.count["left_out"] + table.left_out,
        without_leading_zero=reading.count["zero"],
        mentioned=frozenset(reading.seen),
    )


def _fields(table: Table, has_pupils: bool, has_index: bool) -> frozenset[str]:
    from_file = {"name", "short_name", "form_code", "street", "postcode", "city", "phone", "email", "municipality"}
    from_file |= {"operation_key", "operation_date"}
    from_file |= {name for name, column in OPTIONAL.items() if table.has(column)}
    return frozenset(from_file | ({"pupils"} if has_pupils else set()) | ({"social_index"} if has_index else set()))


def _summary(reading: _Reading) -> Sequence[Remark]:
    if not (count := reading.count["zero"]):
        return ()
    return (Remark(N_("Leading zeros were missing (lines: %(count)s); they were put back."), {"count": count}),)


def _numbers_by_school(raw: bytes | None, column: str, allowed: range) -> dict[str, int]:
    if raw is None:
        return {}
    numbers = {}
    for row in read_table(raw, required=("Schulnummer", column)).rows:
        school, value = cells.school_number(row.value("Schulnummer")), cells.whole_number(row.value(column))
        if school and value is not None and value in allowed:
            numbers[school] = value
    return numbers


def _wanted(row: Row, municipality: str | None, reading: _Reading) -> str | None:
    """Return the school number if the row is to be imported; else count it or remark on it."""
    place = cells.padded(row.value("Gemeindeschluessel"), 8)
    if municipality is not None and place != municipality:
        reading.count["elsewhere"] += 1
        return None
    number = cells.school_number(row.value("Schulnummer"))
    if number is None:
        text = row.value("Schulnummer")[:40]
        reading.leave_out(row, N_("“%(value)s” is no school number; the line was left out."), value=text)
        return None
    if number in reading.seen:
        first = reading.seen[number]
        reading.leave_out(
            row,
            N_("The school number %(number)s is in line %(first)s already; this line was left out."),
            number=number,
            first=first,
        )
        return None
    reading.seen[number] = row.line
    return number


def _about(row: Row) -> str:
    """Return what the school of a row is called, for whoever has to find it; without a name its number."""
    name = join_name([row.value(column) for column in NAME_COLUMNS]) or short_name(row.value("Kurzbezeichnung"))
    return (name or row.value("Schulnummer"))[:80]


def _record(row: Row, number: str, reading: _Reading) -> SchoolRecord | None:
    name = join_name([row.value(column) for column in NAME_COLUMNS])
    short = short_name(row.value("Kurzbezeichnung"))
    form = cells.form_code(row.value("Schulform"))
    if not (name or short) or max(map(len, row.values())) > 300:
        reading.leave_out(row, _UNUSABLE)
        return None
    parsed = cells.Cells(row)
    east, north, epsg = parsed.position()
    record = SchoolRecord(
        number=number,
        form_code=form,
        name=name or short,
        short_name=short or name,
        display_name=display_name([row.value(column) for column in NAME_COLUMNS], short, form) or name or short,
        street=cells.text(row.value("Strasse")),
        postcode=cells.padded(row.value("PLZ"), 5),
        city=cells.text(row.value("Ort")),
        phone=parsed.phone("phone", "Telefonvorwahl", "Telefon"),
        fax=parsed.phone("fax", "Faxvorwahl", "Fax"),
        email=parsed.email(),
        website=parsed.website(),
        legal_form=row.value("Rechtsform"),
        maintainer_number=row.value("Traegernummer"),
        municipality=cells.padded(row.value("Gemeindeschluessel"), 8),
        operation_key=row.value("Schulbetriebsschluessel"),
        operation_date=parsed.day("operation_date", "Schulbetriebsdatum"),
        utm_east=east,
        utm_north=north,
        epsg=epsg,
        district_office=row.value("Bezirksregierung"),
        pupils=reading.pupils.get(number),
        social_index=reading.social_index.get(number),
        focus=split_short(short, form)[0],
        line=row.line,
        unreadable=frozenset(parsed.unreadable),
    )
    if any(len(getattr(record, name) or "") > most for name, most in LONGEST.items()):
        reading.leave_out(row, _UNUSABLE)
        return None
    reading.count["zero"] += cells.lost_zero(row)
    about = record.display_name[:80]
    reading.remarks += [Remark(message, {"value": value}, row.line, about) for message, value in parsed.complaints]
    reading.remarks += _doubts(record, about)
    return record


def _doubts(record: SchoolRecord, about: str) -> Sequence[Remark]:
    doubts = []
    if record.form_code not in FORMS:
        message = N_("The school form “%(value)s” is not in the official list; it was kept.")
        doubts.append(Remark(message, {"value": record.form_code}, record.line, about))
    if record.operation_key not in OPERATION:
        message = N_("The operation key “%(value)s” is not in the official list; the school was kept.")
        doubts.append(Remark(message, {"value": record.operation_key}, record.line, about))
    return doubts
