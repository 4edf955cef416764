"""``flask directory``: the official school file, districts and social spaces of schools, for operators."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from coordination.core.access import SYSTEM
from coordination.core.errors import DomainError
from coordination.core.i18n import gettext as _
from coordination.core.i18n import ngettext, sentence
from coordination.core.work import work_as
from coordination.directory import district_import, import_jobs, import_report, school_import, school_older
from coordination.directory.import_report import LOOKS_WRONG, Report, SchoolLine
from coordination.directory.school_changes import FieldChange
from coordination.directory.school_file import SchoolFile, read_schools
from coordination.directory.spaces import reading
from coordination.exchange.tables import Remark, check_size
from coordination.web.extensions import db

#: Remarks printed one by one; beyond that their number says enough.
MOST_REMARKS = 50
ALL = "all"

directory_cli = AppGroup("directory", help="The directory: official school file, districts, social spaces.")
_FILE = click.Path(path_type=Path, dir_okay=False)


def _municipality(value: str | None) -> str | None:
    key = value or str(current_app.extensions["koordination.settings"].municipality)
    if key != ALL and not (key.isascii() and key.isdigit() and len(key) == 8):
        raise click.BadParameter("8 digits such as 05711000, or all", param_hint="--municipality")
    return None if key == ALL else key


@directory_cli.command("import-schools")
@click.argument("file", type=_FILE)
@click.option("--municipality", help="Eight digits, or all; else the installation's own.")
@click.option("--pupils", type=_FILE, help="The file with the number of pupils per school.")
@click.option("--social-index", type=_FILE, help="The file with the social index per school.")
@click.option("--apply", "is_stored", is_flag=True, help="Store the changes; without this they are only shown.")
def import_schools(
    file: Path, municipality: str | None, pupils: Path | None, social_index: Path | None, *, is_stored: bool
) -> None:
    """Show what the official school FILE would change: new, changed, gone. With --apply, store it."""
    place = _municipality(municipality)
    with _sentences():
        schools = read_schools(
            _content(file),
            municipality=place,
            pupils=_content(pupils) if pupils else None,
            social_index=_content(social_index) if social_index else None,
        )
        session = db.session()
        if is_stored:
            applied = _store(schools, file.name, place)
            click.echo(
                _(
                    "Stored: %(new)s new, %(changed)s changed, %(gone)s gone, %(came_back)s came back, "
                    "%(unchanged)s unchanged.",
                    new=applied.new,
                    changed=applied.changed,
                    gone=applied.gone,
                    came_back=applied.came_back,
                    unchanged=applied.unchanged,
                )
            )
            return
        changes = school_import.preview(session, schools, place)
        values = import_report.as_values(session, schools, changes)
    for line in _report(import_report.report_of(values)):
        click.echo(line)


def _store(schools: SchoolFile, filename: str, municipality: str | None) -> school_import.Applied:
    with work_as(db.session(), SYSTEM) as work:
        is_old = school_older.looks_older(work.session, school_import.preview(work.session, schools, municipality))
        applied = school_import.apply(work, schools, municipality)
        import_jobs.note_import(work, applied, filename=filename, municipality=municipality, confirms=not is_old)
    return applied


@directory_cli.command("import-districts")
@click.argument("file", type=_FILE)
def import_districts(file: Path) -> None:
    """Store in which district each school of FILE lies (columns Schulnummer, stadtbezirk_stadtliste_2022)."""
    with _sentences():
        wanted = district_import.read_districts(_content(file))
        with work_as(db.session(), SYSTEM) as work:
            number = district_import.apply(work, wanted)
    text = ngettext(
        "Stored: the district of %(n)s school is another one now.",
        "Stored: the district of %(n)s schools is another one now.",
        number,
    )
    click.echo(text)


@directory_cli.command("add-districts")
@click.argument("file", type=_FILE)
def add_districts(file: Path) -> None:
    """Store the districts that FILE lists (columns stadtbezirk_nr, stadtbezirk); run it before import-districts."""
    with _sentences():
        names = district_import.read_names(_content(file))
        with work_as(db.session(), SYSTEM) as work:
            number = district_import.add(work, names)
    click.echo(ngettext("Stored: %(n)s new district.", "Stored: %(n)s new districts.", number))


@directory_cli.command("import-social-spaces")
@click.argument("file", type=_FILE)
def import_social_spaces(file: Path) -> None:
    """Store to which social spaces each school of FILE belongs (columns Schulnummer, Sozialraum; a line for each)."""
    with _sentences():
        listed = reading.read_spaces(_content(file))
        with work_as(db.session(), SYSTEM) as work:
            applied = reading.apply(work, listed)
    for line in _spaces_said(listed, applied):
        click.echo(line)


def _spaces_said(listed: reading.Listed, applied: reading.Applied) -> Iterator[str]:
    yield ngettext(
        "Stored: the social spaces of %(n)s school are others now.",
        "Stored: the social spaces of %(n)s schools are others now.",
        applied.changed,
    )
    numbers = (_("Line %(line)s: %(text)s", line=line, text=number) for line, number in applied.unknown)
    heading = ngettext(
        "%(n)s school number is not known here and was left out",
        "%(n)s school numbers are not known here and were left out",
        len(applied.unknown),
    )
    yield from _block(heading, numbers)
    if listed.unread:
        lines = ", ".join(map(str, listed.unread))
        yield _("Left out, because the school number or the social space is missing: line %(lines)s.", lines=lines)


@contextmanager
def _sentences() -> Iterator[None]:
    """Turn what can go wrong into one sentence and exit code 1; nothing is stored then."""
    try:
        yield
    except DomainError as error:
        raise click.ClickException(sentence(error)) from error
    except OSError as error:
        text = _("%(file)s cannot be read.", file=error.filename)
        raise click.ClickException(text) from error
    except (IntegrityError, StaleDataError) as error:
        raise click.ClickException(_(import_jobs.MEANWHILE)) from error


def _content(path: Path) -> bytes:
    """Return a file's bytes; one that is too large is refused before it is read."""
    check_size(path.stat().st_size)
    return path.read_bytes()


def _report(report: Report) -> Iterator[str]:
    yield _(
        "new: %(new)s, changed: %(changed)s, gone: %(gone)s, came back: %(came_back)s, unchanged: %(unchanged)s",
        new=len(report.new),
        changed=len(report.changed),
        gone=len(report.gone),
        came_back=len(report.came_back),
        unchanged=report.unchanged,
    )
    if report.looks_wrong:
        yield _(LOOKS_WRONG)
    for heading, lines in (
        (_("New"), report.new),
        (_("Changed"), report.changed),
        (_("No longer in the file (marked, not deleted)"), report.gone),
        (_("In the file again"), report.came_back),
    ):
        yield from _block(heading, (_school(line) for line in lines))
    yield from _block(_("Remarks on the file"), _remarks(report.remarks, report.more_remarks))
    yield ""
    if report.number:
        yield _("Nothing was stored. With --apply these changes are stored.")
    else:
        yield _("The file changes nothing.")


def _block(heading: str, lines: Iterable[str]) -> Iterator[str]:
    shown = [f"  {line}" for line in lines]
    if shown:
        yield from ("", heading, *shown)


def _school(line: SchoolLine) -> str:
    if line.fields:
        return f"{line.number}  {line.name}: " + "; ".join(map(_field, line.fields))
    return f"{line.number}  {line.name}, {line.form}"


def _field(change: FieldChange) -> str:
    return f"{change.label} " + (change.moved or f"{change.old_text or '–'} → {change.new_text or '–'}")


def _remarks(remarks: tuple[Remark, ...], more: int) -> Iterator[str]:
    for remark in remarks[:MOST_REMARKS]:
        text = remark.text()
        if remark.about:
            yield _("Line %(line)s, %(school)s: %(text)s", line=remark.line, school=remark.about, text=text)
        else:
            yield _("Line %(line)s: %(text)s", line=remark.line, text=text) if remark.line else text
    if rest := len(remarks[MOST_REMARKS:]) + more:
        yield _("… and %(count)s more", count=rest)
