"""The audit trail in words: what was done, and to what."""

from __future__ import annotations

from coordination.core.i18n import N_, gettext

ACTIONS = {
    "access.refused": N_("Access refused"),
    "absence.created": N_("Absence entered"),
    "absence.deleted": N_("Absence deleted"),
    "absence.ended": N_("Absence ended"),
    "account.changed": N_("Account changed"),
    "account.created": N_("Account set up"),
    "account.deactivated": N_("Account deactivated"),
    "account.invited": N_("Invitation written"),
    "account.link_printed": N_("Link for a password printed by a command"),
    "account.password_set": N_("Password set"),
    "account.reactivated": N_("Account reactivated"),
    "account.reset_requested": N_("New password asked for"),
    "account.reset_sent": N_("Link for a new password sent by the administration"),
    "account.signed_in": N_("Signed in"),
    "account.signed_out": N_("Signed out"),
    "account.signed_out_everywhere": N_("Signed out everywhere"),
    "agenda.file_added": N_("Attachment put to an agenda item"),
    "agenda.file_removed": N_("Attachment of an agenda item removed"),
    "agenda.item_added": N_("Item put on an agenda"),
    "agenda.item_changed": N_("Agenda item changed"),
    "agenda.item_moved": N_("Agenda item put elsewhere"),
    "agenda.item_proposed": N_("Agenda item proposed"),
    "agenda.item_settled": N_("Agenda item put on or taken off"),
    "assignment.change_undone": N_("Change of an assignment taken back"),
    "assignment.changed": N_("Assignment changed"),
    "assignment.confirmed": N_("Assignment confirmed"),
    "assignment.created": N_("Assignment entered"),
    "assignment.creation_undone": N_("Entry of an assignment taken back"),
    "assignment.end_undone": N_("End of an assignment taken back"),
    "assignment.ended": N_("Assignment ended"),
    "assignment.vacated": N_("Assignment made vacant"),
    "assignment.withdrawal_undone": N_("Planned assignment entered again"),
    "assignment.withdrawn": N_("Planned assignment withdrawn"),
    "attendance.stored": N_("Attendance of a meeting stored"),
    "body.changed": N_("Body changed"),
    "body.end_undone": N_("End of a body taken back"),
    "body.ended": N_("Body ended"),
    "body.reopened": N_("Body is there again"),
    "body.created": N_("Body set up"),
    "body.rules_changed": N_("Rules of a body changed"),
    "calendar.renewed": N_("Subscribed calendar given a new address"),
    "calendar.revoked": N_("Subscribed calendar turned off"),
    "calendar.subscribed": N_("Calendar subscribed to"),
    "calendar.titles": N_("Titles of a subscribed calendar set"),
    "coverage.target_set": N_("Target for school social work set"),
    "decision.changed": N_("Decision put right"),
    "decision.recorded": N_("Decision recorded"),
    "decision.reminded": N_("Reminded of a decision"),
    "decision.status_set": N_("Status of a decision set"),
    "decision.withdrawn": N_("Decision withdrawn"),
    "deputy.created": N_("Deputy entered"),
    "deputy.ended": N_("Deputy ended"),
    "deputy.withdrawn": N_("Planned deputy withdrawn"),
    "district.created": N_("District entered"),
    "feedback.given": N_("Message from a page"),
    "feedback.reopened": N_("Message opened again"),
    "feedback.settled": N_("Message dealt with"),
    "import.applied": N_("School file stored"),
    "import.discarded": N_("School file discarded"),
    "import.undone": N_("Import of the school file taken back"),
    "import.uploaded": N_("School file uploaded"),
    "mail.again": N_("Mail sent again"),
    "mail.told_otherwise": N_("Told otherwise instead of by mail"),
    "meeting.answered": N_("Answer to an invitation"),
    "meeting.cancelled": N_("Meeting cancelled"),
    "meeting.changed": N_("Meeting changed"),
    "meeting.created": N_("Meeting entered"),
    "meeting.deadline_set": N_("Deadline of a meeting changed"),
    "meeting.guest_added": N_("Guest asked to a meeting"),
    "meeting.mailed": N_("Mails about a meeting sent"),
    "meeting.moved": N_("Meeting moved"),
    "meeting.person_removed": N_("Person taken off the list of a meeting"),
    "meeting.reminded": N_("Reminded of the answer to an invitation"),
    "meeting.silent": N_("Changes of a meeting stored without a mail"),
    "meeting.state_changed": N_("Meeting taken a step further"),
    "membership.created": N_("Membership entered"),
    "membership.ended": N_("Membership ended"),
    "membership.role_changed": N_("Role in a body changed"),
    "membership.withdrawn": N_("Planned membership withdrawn"),
    "minutes.approved": N_("Minutes approved"),
    "minutes.begun": N_("Minutes begun"),
    "minutes.circulated": N_("Minutes circulated"),
    "minutes.corrected": N_("Minutes corrected"),
    "minutes.state_changed": N_("Minutes taken a step further"),
    "minutes.text_stored": N_("Minutes written on"),
    "organisation.changed": N_("Organisation changed"),
    "organisation.created": N_("Organisation entered"),
    "organisation.end_undone": N_("End of an organisation taken back"),
    "organisation.ended": N_("Organisation ended"),
    "organisation.reopened": N_("Organisation is there again"),
    "person.changed": N_("Person changed"),
    "person.created": N_("Person entered"),
    "person.end_undone": N_("Leaving taken back"),
    "person.ended": N_("Person has left"),
    "person.reactivated": N_("Person is back"),
    "place.changed": N_("Place changed"),
    "place.created": N_("Place entered"),
    "place.end_undone": N_("End of a place taken back"),
    "place.ended": N_("Place ended"),
    "place.free_days_added": N_("Days off entered"),
    "place.free_days_removed": N_("Days off removed"),
    "place.reopened": N_("Place is there again"),
    "retention.applied": N_("Deleted what was over its time"),
    # Of imports before they were one line; a trail is kept for a year.
    "school.changed": N_("School changed by the school file"),
    "school.gone": N_("School no longer in the school file"),
    "school.imported": N_("School taken over from the school file"),
    "seat.created": N_("Seat entered"),
    "seat.ended": N_("Seat ended"),
    "task.became_decision": N_("Task became a decision"),
    "task.changed": N_("Task put right"),
    "task.recorded": N_("Task entered"),
    "task.reminded": N_("Reminded of a task"),
    "task.status_set": N_("Status of a task set"),
    "topic.created": N_("Topic entered"),
    "topic.merged": N_("Topics merged"),
    "topic.renamed": N_("Topic renamed"),
}
TOPICS = {
    "accessibility": N_("Barrier"),
    "entry": N_("Entry"),
    "other": N_("Other"),
}
#: Kind of row → where it is shown: only what everybody who sees a line may open.
PATHS = {
    "person": "/personen/{}",
    "place": "/orte/{}",
    "organisation": "/organisationen/{}",
    "body": "/gremien/{}",
    "meeting": "/sitzungen/{}",
}


def topic(name: str) -> str:
    """Return what a message is about in a word; what has none is said as it is stored."""
    return gettext(TOPICS[name]) if name in TOPICS else name


def action(name: str) -> str:
    """Return what was done in words; an action that has none yet is said as it is stored."""
    return gettext(ACTIONS[name]) if name in ACTIONS else name


def path(subject: str) -> str:
    """Return the page of what was acted on ("person:12"), or "" if it has none."""
    kind, _, key = subject.partition(":")
    return PATHS[kind].format(key) if kind in PATHS and key.isdigit() else ""
