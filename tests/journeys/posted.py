"""Pages that only a sent form shows: previews, forms with errors, both texts after a conflict, refusals.

Nothing here is ever stored, so every page is the answer to the same demonstration.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from playwright.sync_api import Page, Response

from tests.journeys.stations import ADMINISTRATION, ANONYMOUS, KEEPER, LEAD, OFFICE, PLANNING, PROFESSION

#: In place of a value: the first option that names a row.
FIRST = "*"
#: Fills in a form of the page and presses a button. Browsers' own checks are off: the product's are looked at.
SEND = """([fields, step, first]) => {
  const names = Object.keys(fields);
  const called = (form, name) => [...form.elements].filter(one => one.name === name);
  const forms = [...document.querySelectorAll('main form[method=post]')]
    .filter(one => names.every(name => called(one, name).length))
    .filter(one => !step || one.querySelector(`button[name=step][value=${step}]`))
    .sort((one, other) => other.elements.length - one.elements.length);
  if (!forms.length) {
    const said = document.querySelector('#error-summary')?.innerText ?? '';
    throw new Error(`no form with ${names} ${step} on ${document.title}: ${said}`);
  }
  const form = forms[0];
  for (const [name, value] of Object.entries(fields)) {
    const [at] = called(form, name);
    if (at.type === 'checkbox') { at.checked = true; continue; }
    if (at.type === 'radio') { called(form, name).find(one => one.value === value).checked = true; continue; }
    if (at.tagName === 'SELECT') {
      const options = [...at.options].map(one => one.value);
      const wanted = value === first ? options.find(one => one && one > '0') : value;
      if (!options.includes(wanted)) at.add(new Option('', wanted));
      at.value = wanted;
    } else at.value = value;
  }
  form.noValidate = true;
  const button = form.querySelector(step ? `button[name=step][value=${step}]` : 'button:not([type=button])');
  setTimeout(() => form.requestSubmit(button), 0);
}"""
Fields = Mapping[str, str]


@dataclass(frozen=True)
class Press:
    """One form filled in and sent, with the button of that step ("" is the first one)."""

    fields: Fields = field(default_factory=dict)
    step: str = ""


@dataclass(frozen=True)
class Posted:
    """A page that ``kind`` gets after pressing once or twice, from the page at ``address`` on."""

    kind: str
    address: str
    status: int
    presses: tuple[Press, ...]
    #: Where the form leads if not to the address it stands at.
    target: str = ""


@dataclass(frozen=True)
class Opened:
    """A page that is reached by its address alone."""

    kind: str
    address: str
    status: int


def _sent(kind: str, address: str, status: int, *presses: Press, target: str = "", **fields: str) -> Posted:
    return Posted(kind, address, status, presses or (Press(fields),), target)


NEW = {"person_id": "0", "employer_id": FIRST, "share": "0,5"}
BEFORE = {"version": "-7"}
CHANGE = "/einsaetze/{assignment_id}/bearbeiten"
DECISION_PAGE = "/bestaetigungen/aenderungen/{proposal_id}"
END = "/einsaetze/{assignment_id}/beenden"

#: One for each answer that is a page. Routes whose answer is always the way to another page are in ``LEADS_ON``.
POSTED: tuple[Posted, ...] = (
    # Assignments: made, changed from a day on, corrected, ended, withdrawn.
    _sent(KEEPER, "/einsaetze/neu", 422, valid_from="", share="viel"),
    _sent(KEEPER, "/einsaetze/neu?ort={place_id}", 200, Press(NEW)),
    _sent(KEEPER, "/einsaetze/neu?ort={place_id}", 409, Press(NEW), Press({"shown": "x"}, "save")),
    _sent(KEEPER, CHANGE, 422, share="viel", scope="from"),
    _sent(KEEPER, CHANGE, 200, scope="from", share="0,25"),
    _sent(KEEPER, CHANGE, 200, scope="correction", share="0,25"),
    _sent(KEEPER, CHANGE, 409, scope="correction", target_group="Neues", **BEFORE),
    _sent(KEEPER, END, 422, last_on="1999-01-01"),
    _sent(KEEPER, END, 200, Press()),
    _sent(KEEPER, END, 409, Press(), Press(BEFORE, "save")),
    _sent(KEEPER, "/einsaetze/{planned_id}/zurueckziehen", 409, **BEFORE),
    # People, organisations, places.
    _sent(KEEPER, "/personen/neu", 422, phone="keine", email="keine"),
    _sent(KEEPER, "/personen/neu", 200, given_name="Bo", family_name="Taubnessel"),
    _sent(KEEPER, "/personen/{person_id}/bearbeiten", 422, family_name=""),
    _sent(KEEPER, "/personen/{person_id}/bearbeiten", 409, function="Anders", **BEFORE),
    _sent(KEEPER, "/personen/{person_id}/beenden", 422, last_on=""),
    _sent(KEEPER, "/personen/{person_id}/beenden", 200, Press()),
    _sent(KEEPER, "/personen/{person_id}/beenden", 409, Press(), Press(BEFORE, "save")),
    _sent(KEEPER, "/personen/{person_id}/abwesenheiten", 422, last_on="2020-01-01"),
    _sent(KEEPER, "/personen/{person_id}/abwesenheiten/{absence_id}/bearbeiten", 422, last_on="2020-01-01"),
    _sent(KEEPER, "/personen/{person_id}/abwesenheiten/{absence_id}/bearbeiten", 409, seen="x"),
    _sent(KEEPER, "/organisationen/neu", 422, postcode="3360"),
    _sent(KEEPER, "/organisationen/{organisation_id}/bearbeiten", 422, name="", website="x"),
    _sent(KEEPER, "/organisationen/{organisation_id}/bearbeiten", 409, name="Anders", **BEFORE),
    _sent(KEEPER, "/organisationen/{organisation_id}/beenden", 422, last_on=""),
    _sent(KEEPER, "/organisationen/{organisation_id}/beenden", 200, Press()),
    _sent(KEEPER, "/organisationen/{organisation_id}/beenden", 409, Press(), Press(BEFORE, "save")),
    _sent(KEEPER, "/orte/neu", 422, postcode="3360", phone="keine", position="8.5347, 52.0212"),
    _sent(KEEPER, "/orte/{facility_id}/bearbeiten", 422, name=""),
    _sent(KEEPER, "/orte/{facility_id}/bearbeiten", 409, name="Anders", **BEFORE),
    _sent(KEEPER, "/orte/{place_id}/bearbeiten", 422, district_id="999999"),
    _sent(KEEPER, "/sozialraeume/neu", 422, name=""),
    _sent(KEEPER, "/sozialraeume/{space_id}/bearbeiten", 422, name=""),
    _sent(KEEPER, "/sozialraeume/{space_id}/bearbeiten", 409, name="Anders", **BEFORE),
    _sent(KEEPER, "/sozialraeume/{space_id}/beenden", 200, Press()),
    _sent(KEEPER, "/sozialraeume/{space_id}/beenden", 409, Press(), Press(BEFORE, "save")),
    _sent(KEEPER, "/orte/{place_id}/angebote/neu", 422, name="", link="ftp://x"),
    _sent(KEEPER, "/angebote/{offer_id}/bearbeiten", 422, name=""),
    _sent(KEEPER, "/angebote/{offer_id}/bearbeiten", 409, name="Anders", **BEFORE),
    _sent(KEEPER, "/angebote/{offer_id}/beenden", 422, last_on=""),
    _sent(KEEPER, "/angebote/{offer_id}/beenden", 409, **BEFORE),
    _sent(KEEPER, "/angebote/{offer_id}/entfernen", 409, **BEFORE),
    _sent(KEEPER, "/orte/{place_id}/nachfolge/neu", 422, on_day=""),
    _sent(KEEPER, "/nachfolgen/{succession_id}/bearbeiten", 422, on_day=""),
    _sent(KEEPER, "/nachfolgen/{succession_id}/bearbeiten", 409, source_note="Anders", **BEFORE),
    _sent(KEEPER, "/nachfolgen/{succession_id}/entfernen", 409, **BEFORE),
    _sent(KEEPER, "/orte/{facility_id}/schliessen", 200, Press()),
    _sent(KEEPER, "/orte/{facility_id}/schliessen", 409, Press(), Press(BEFORE, "save")),
    _sent(KEEPER, "/orte/{place_id}/freie-tage", 422, last="2020-01-01"),
    _sent(KEEPER, "/orte/{place_id}/freie-tage", 200, target="/orte/{place_id}/freie-tage/entfernen", tag="1"),
    _sent(KEEPER, "/verzeichnis/import/", 422, municipality="12"),
    # Confirmation rounds: what was looked at is another thing by now, a reason is missing, what cannot be read.
    _sent(KEEPER, "/organisationen/{organisation_id}/stellen/neu", 422, function=""),
    _sent(KEEPER, "/stellen/{post_id}/umbenennen", 422, function=""),
    _sent(KEEPER, "/stellen/{post_id}/umbenennen", 409, function="Andere Stelle", **BEFORE),
    _sent(KEEPER, "/stellen/{post_id}/wechsel", 422, first_on=""),
    _sent(KEEPER, "/stellen/{post_id}/zustaendig", 422, valid_from=""),
    _sent(KEEPER, "/stellen/{post_id}/beenden", 422, last_on=""),
    _sent(KEEPER, "/zustaendigkeiten/{responsibility_id}/beenden", 422, last_on=""),
    _sent(KEEPER, "/organisationen/{organisation_id}/bestaetigung", 409, seen="x"),
    _sent(KEEPER, "/organisationen/{organisation_id}/bestaetigung/regeln", 409, **BEFORE),
    _sent(KEEPER, "/bestaetigungen/{round_id}/erinnern", 409, seen="x"),
    _sent(KEEPER, "/bestaetigungen/{round_id}/personen/{confirming_id}", 409, seen="x"),
    _sent(KEEPER, DECISION_PAGE, 422, Press({"reason": ""}, "refuse")),
    _sent(KEEPER, DECISION_PAGE, 409, Press(BEFORE, "accept")),
    _sent(ANONYMOUS, "/bestaetigen/{confirmation}", 409, seen="x"),
    _sent(ANONYMOUS, "/bestaetigen/{confirmation}/aendern", 422, phone="keine"),
    _sent(ANONYMOUS, "/bestaetigen/{confirmation}/aendern", 409, phone="0521 51-1234", seen="x"),
    # Bodies.
    _sent(OFFICE, "/gremien/neu", 422, name=""),
    _sent(OFFICE, "/gremien/{body_id}/bearbeiten", 422, name=""),
    _sent(OFFICE, "/gremien/{body_id}/bearbeiten", 409, purpose="Anders", **BEFORE),
    _sent(OFFICE, "/gremien/{body_id}/regeln", 422, statutory_seats="-3"),
    _sent(OFFICE, "/gremien/{body_id}/regeln", 409, statutory_seats="3", **BEFORE),
    _sent(OFFICE, "/gremien/{body_id}/sitze/neu", 422, valid_from=""),
    _sent(OFFICE, "/gremien/{body_id}/sitze/neu", 409, **BEFORE),
    _sent(OFFICE, "/gremien/{body_id}/mitglieder/neu", 422, valid_from=""),
    _sent(OFFICE, "/gremien/{body_id}/vertretungen/neu", 422, valid_from=""),
    _sent(OFFICE, "/gremien/mitgliedschaften/{membership_id}/rolle", 422, first_on=""),
    _sent(OFFICE, "/gremien/mitgliedschaften/{membership_id}/beenden", 422, last_on=""),
    _sent(OFFICE, "/gremien/mitgliedschaften/{membership_id}/beenden", 409, **BEFORE),
    _sent(OFFICE, "/gremien/sitze/{seat_id}/beenden", 422, last_on=""),
    _sent(OFFICE, "/gremien/vertretungen/{deputy_id}/beenden", 422, last_on=""),
    _sent(OFFICE, "/gremien/{body_id}/beenden", 422, last_on=""),
    _sent(OFFICE, "/themen/{topic_id}/umbenennen", 422, name=""),
    _sent(KEEPER, "/verzeichnis/listen/", 422),
    _sent(KEEPER, "/verzeichnis/listen/{list_id}/spalten", 422, c1="school"),
    _sent(PLANNING, "/versorgung/soll", 422, posts_per_school="viel"),
    _sent(PLANNING, "/versorgung/soll", 409, version="-7"),
    # Meetings, invitations and answers.
    _sent(OFFICE, "/gremien/{body_id}/sitzungen/neu", 422, day="", starts=""),
    _sent(OFFICE, "/gremien/{body_id}/sitzungen/neu", 200, Press({"day": "2027-01-01", "starts": "14:00"})),
    _sent(OFFICE, "/sitzungen/{meeting_id}/bearbeiten", 422, title="", link="http://x"),
    _sent(OFFICE, "/sitzungen/{meeting_id}/bearbeiten", 409, title="Anders", **BEFORE),
    _sent(OFFICE, "/sitzungen/{meeting_id}/verlegen", 422, day=""),
    _sent(OFFICE, "/sitzungen/{meeting_id}/tagesordnung", 422, title=""),
    _sent(OFFICE, "/sitzungen/{meeting_id}/vorschlagen", 422, title=""),
    _sent(OFFICE, "/sitzungen/{meeting_id}/tagesordnung/{item_id}", 422, title=""),
    _sent(OFFICE, "/sitzungen/{meeting_id}/tagesordnung/{item_id}", 409, title="Anders", **BEFORE),
    _sent(
        OFFICE,
        "/sitzungen/{meeting_id}/tagesordnung/{item_id}",
        422,
        Press({"title": ""}, "attach"),
        target="/sitzungen/{meeting_id}/tagesordnung/{item_id}/anlagen",
    ),
    _sent(
        OFFICE,
        "/sitzungen/{meeting_id}/tagesordnung",
        409,
        target="/sitzungen/{meeting_id}/tagesordnung/reihenfolge",
        reihe="1",
        **BEFORE,
    ),
    _sent(OFFICE, "/sitzungen/{meeting_id}/absagen", 422, reason=""),
    _sent(OFFICE, "/sitzungen/{meeting_id}/fristen/papers", 422, due_on="", reason=""),
    _sent(OFFICE, "/sitzungen/{meeting_id}/einladen", 422, target="/sitzungen/{meeting_id}/gaeste", person_id="0"),
    _sent(OFFICE, "/sitzungen/{untold_id}/einladen", 409, seen="x"),
    _sent(OFFICE, "/sitzungen/{meeting_id}/erinnern", 409, seen="x"),
    _sent(OFFICE, "/sitzungen/{meeting_id}/antworten/{asked_id}", 422, comment="lang " * 150),
    _sent(OFFICE, "/sitzungen/{meeting_id}/antwort", 422, comment="lang " * 150),
    _sent(ANONYMOUS, "/antwort/{answer}", 422, comment="lang " * 150),
    # Minutes, decisions and tasks.
    _sent(OFFICE, "/sitzungen/{running_id}/protokoll", 422, target="/sitzungen/{running_id}/protokoll/top", title=""),
    _sent(OFFICE, "/sitzungen/{meeting_id}/beschluesse/neu", 422, text=""),
    _sent(OFFICE, "/sitzungen/{meeting_id}/aufgaben/neu", 422, text=""),
    _sent(OFFICE, "/beschluesse/{decision_id}/bearbeiten", 422, text=""),
    _sent(OFFICE, "/aufgaben/{task_id}/bearbeiten", 422, text=""),
    # Accounts and messages.
    _sent(ADMINISTRATION, "/verwaltung/konten/neu", 422, email="keine"),
    _sent(ADMINISTRATION, "/verwaltung/konten/{account_id}", 422, display_name=""),
    _sent(ADMINISTRATION, "/verwaltung/konten/{account_id}", 409, display_name="Anders", **BEFORE),
    _sent(PROFESSION, "/konto/passwort-aendern", 422, password="kurz"),
    _sent(PROFESSION, "/mein-privates/telefon", 422, phone="keine"),
    _sent(PROFESSION, "/mein-privates/foto", 422),
    _sent(PROFESSION, "/personen/{person_id}/angaben/{organisation_id}", 422, phone="keine"),
    _sent(PROFESSION, "/personen/{person_id}/angaben/{organisation_id}", 409, phone="0521 51-1234", seen="x"),
    _sent(ANONYMOUS, "/schulsozialarbeit/{school_number}/melden", 422, text=""),
    _sent(PROFESSION, "/rueckmeldung", 422, reply_to="keine"),
    _sent(PROFESSION, "/rueckmeldung", 413, text="lang " * 450_000),
    _sent(ANONYMOUS, "/konto/anmelden", 422, email="niemand@example.org", password="falsch geraten"),
    _sent(ANONYMOUS, "/konto/anmelden", 429, *[Press({"email": "raten@example.org", "password": "falsch"})] * 6),
    _sent(ANONYMOUS, "/konto/passwort", 422, email="keine"),
    _sent(ANONYMOUS, "/konto/passwort", 200, email="niemand@example.org"),
    _sent(ANONYMOUS, "/konto/einladung/{invitation}", 422, password="kurz"),
    _sent(ANONYMOUS, "/konto/passwort/{reset}", 422, password="kurz"),
    _sent(ANONYMOUS, "/rueckmeldung", 400, csrf_token="x", text="Zu klein."),
)
#: Desks, and error pages that an address alone leads to.
OPENED = (
    *(Opened(kind, "/", 200) for kind in (PROFESSION, PLANNING, LEAD, KEEPER, ADMINISTRATION, OFFICE)),
    Opened(PROFESSION, "/einsaetze/neu", 403),
    Opened(PROFESSION, "/verwaltung/konten", 404),
    Opened(PROFESSION, "/konto/abmelden", 405),
    Opened(KEEPER, "/einsaetze/{assignment_id}/zurueckziehen", 422),
    Opened(ANONYMOUS, "/konto/einladung/{used}", 410),
    Opened(ANONYMOUS, "/konto/passwort/a.b.c", 404),
)
#: Rules whose form leads to another page whatever is sent; its notices stand above that page.
LEADS_ON = frozenset(
    {
        "/beschluesse/mails/erneut",
        "/bestaetigungen/<int:round_id>/mails/erneut",
        "/mein-privates/<thing>/zuruecknehmen",
        "/postausgang/erneut",
        "/sitzungen/<int:meeting_id>/mails/erneut",
        "/sitzungen/<int:meeting_id>/protokoll/mails/erneut",
        "/verwaltung/oeffentliche-seite",
        "/bestaetigungen/<int:round_id>/mails/<int:mail_id>/erneut",
        "/einsaetze/<int:assignment_id>/bestaetigen",
        "/einsaetze/<int:assignment_id>/bestaetigung-zuruecknehmen",
        "/einsaetze/<int:assignment_id>/ende-zuruecknehmen",
        "/einsaetze/<int:assignment_id>/zuruecknehmen",
        "/angebote/<int:offer_id>/bestaetigen",
        "/angebote/<int:offer_id>/bestaetigung-zuruecknehmen",
        "/organisationen/<int:organisation_id>/bestaetigen",
        "/organisationen/<int:organisation_id>/bestaetigung-zuruecknehmen",
        "/orte/<int:place_id>/bestaetigen",
        "/orte/<int:place_id>/bestaetigung-zuruecknehmen",
        "/personen/<int:person_id>/bestaetigen",
        "/personen/<int:person_id>/bestaetigung-zuruecknehmen",
        "/stellen/<int:post_id>/bestaetigen",
        "/stellen/<int:post_id>/bestaetigung-zuruecknehmen",
        "/einstellungen",
        "/gremien/<int:body_id>/fortfuehren",
        "/kalender/<int:link_id>/beenden",
        "/kalender/<int:link_id>/neuer-link",
        "/kalender/<int:link_id>/titel",
        "/kalender/neu",
        "/konto/abmelden",
        "/konto/geraete/<int:session_id>/abmelden",
        "/konto/ueberall-abmelden",
        "/organisationen/<int:organisation_id>/fortfuehren",
        "/orte/<int:place_id>/fortfuehren",
        "/angebote/<int:offer_id>/fortfuehren",
        "/angebote/<int:offer_id>/wiederherstellen",
        "/nachfolgen/<int:succession_id>/wiederherstellen",
        "/orte/<int:place_id>/sozialraum",
        "/orte/<int:place_id>/teilstandort",
        "/sozialraeume/<int:space_id>/fortfuehren",
        "/sozialraeume/<int:space_id>/orte",
        "/personen/<int:person_id>/abwesenheiten/<int:absence_id>/beenden",
        "/personen/<int:person_id>/abwesenheiten/<int:absence_id>/loeschen",
        "/personen/<int:person_id>/reaktivieren",
        "/personen/<int:person_id>/verschieden",
        "/personen/<int:person_id>/zusammenfuehren",
        "/postausgang/<int:mail_id>/erneut",
        "/rueckmeldungen/<int:feedback_id>/erledigt",
        "/sitzungen/<int:meeting_id>/abschliessen",
        "/sitzungen/<int:meeting_id>/anlagen/<int:file_id>/entfernen",
        "/sitzungen/<int:meeting_id>/gaeste/<int:person_id>/streichen",
        "/sitzungen/<int:meeting_id>/antworten/<int:person_id>/einladung",
        "/sitzungen/<int:meeting_id>/mails/<int:mail_id>/erneut",
        "/sitzungen/<int:meeting_id>/protokoll/mails/<int:mail_id>/erneut",
        "/beschluesse/mails/<int:mail_id>/erneut",
        "/verzeichnis/listen/<int:list_id>/antworten",
        "/verzeichnis/listen/<int:list_id>/uebernehmen",
        "/verzeichnis/listen/<int:list_id>/verwerfen",
        "/verzeichnis/listen/<int:list_id>/zuruecknehmen",
        "/sitzungen/<int:meeting_id>/ohne-mail",
        "/sitzungen/<int:meeting_id>/schritt",
        "/sitzungen/<int:meeting_id>/tagesordnung/<int:item_id>/stand",
        "/sitzungen/<int:meeting_id>/tagesordnung/<int:item_id>/verschieben",
        "/sitzungen/<int:meeting_id>/tagesordnung/uebernehmen",
        "/aufgaben/<int:task_id>/status",
        "/aufgaben/<int:task_id>/status/<int:entry_id>/zurueck",
        "/beschluesse/<int:decision_id>/status",
        "/beschluesse/<int:decision_id>/status/<int:entry_id>/zurueck",
        "/aufgaben/<int:task_id>/zum-beschluss",
        "/beschluesse/<int:decision_id>/zur-aufgabe",
        "/beschluesse/<int:decision_id>/zurueckziehen",
        "/beschluesse/erinnern",
        "/sitzungen/<int:meeting_id>/anwesenheit",
        "/sitzungen/<int:meeting_id>/protokoll/speichern",
        "/sitzungen/<int:meeting_id>/protokoll/abstimmung",
        "/sitzungen/<int:meeting_id>/protokoll/berichtigen",
        "/sitzungen/<int:meeting_id>/protokoll/genehmigen",
        "/sitzungen/<int:meeting_id>/protokoll/stand",
        "/sitzungen/<int:meeting_id>/protokoll/top/<int:item_id>",
        "/status/<token>",
        "/themen/<int:topic_id>/zusammenfuehren",
        "/verwaltung/konten/<int:account_id>/deaktivieren",
        "/verwaltung/konten/<int:account_id>/einladen",
        "/verwaltung/konten/<int:account_id>/passwort-link",
        "/verwaltung/konten/<int:account_id>/reaktivieren",
        "/verzeichnis/import/<int:import_id>/zuruecknehmen",
        "/verzeichnis/import/<int:job_id>/uebernehmen",
        "/verzeichnis/import/<int:job_id>/verwerfen",
    }
)


def send(page: Page, press: Press) -> int:
    """Send a form of the page and return the status of the answer, which is shown."""
    with page.expect_navigation() as found:
        page.evaluate(SEND, [dict(press.fields), press.step, FIRST])
    answer: Any = found.value
    assert isinstance(answer, Response)
    assert answer.request.redirected_from is None, f"something was stored: led on to {page.url}"
    return answer.status


def reach(page: Page, wanted: Posted | Opened, keys: Mapping[str, Any]) -> int:
    """Go to the page that ``wanted`` is about and return its status."""
    answer = page.goto(wanted.address.format(**keys))
    assert answer is not None
    status = answer.status
    for press in wanted.presses if isinstance(wanted, Posted) else ():
        status = send(page, press)
    return status


def rule_of(app: Flask, wanted: Posted, keys: Mapping[str, Any]) -> str:
    """Return the rule that the form of ``wanted`` is sent to."""
    address = (wanted.target or wanted.address).format(**keys)
    rule, _arguments = app.url_map.bind("localhost").match(address.partition("?")[0], method="POST", return_rule=True)
    return str(rule.rule)
