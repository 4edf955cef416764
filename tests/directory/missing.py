"""Addresses that pages of the directory lead to, where another part of the product is not there yet."""

from flask import Flask

ENDPOINTS = {
    "desk.index": "/",
    "search.index": "/suche",
    "search.results": "/suche/treffer",
    "privacy.accessibility": "/barrierefreiheit",
    "privacy.data_protection": "/datenschutz",
    "privacy.feedback": "/rueckmeldung",
    "directory.new_assignment": "/einsaetze/neu",
    "directory.edit_assignment": "/einsaetze/<int:assignment_id>/aendern",
    "directory.end_assignment": "/einsaetze/<int:assignment_id>/beenden",
    "directory.new_place": "/orte/neu",
    "directory.edit_place": "/orte/<int:place_id>/aendern",
    "directory.free_days": "/orte/<int:place_id>/freie-tage",
    "directory.new_person": "/personen/neu",
    "directory.edit_person": "/personen/<int:person_id>/aendern",
    "directory.absences": "/personen/<int:person_id>/abwesenheiten",
    "directory.new_organisation": "/organisationen/neu",
    "directory.edit_organisation": "/organisationen/<int:organisation_id>/aendern",
}


def fill_in(app: Flask) -> None:
    """Give each endpoint that is missing an address."""
    for endpoint, rule in ENDPOINTS.items():
        if endpoint not in app.view_functions:
            app.add_url_rule(rule, endpoint, lambda **_: "")
