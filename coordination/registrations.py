"""What each slice brings: its pages, commands, navigation, and what it puts into the registries."""

from __future__ import annotations

from functools import partial

from flask import Flask

from config import Settings
from coordination import readiness
from coordination.accounts import admin_views, own_views, reset_job
from coordination.accounts import queries as account_queries
from coordination.accounts import views as account_views
from coordination.accounts.cli import accounts_cli
from coordination.bodies import desk as body_desk
from coordination.bodies import doubles as body_doubles
from coordination.bodies import edit_views as body_edit_views
from coordination.bodies import ending_views, export_views, seat_views, topic_findable, topic_views
from coordination.bodies import findable as body_findable
from coordination.bodies import panels as body_panels
from coordination.bodies import views as body_views
from coordination.bodies.blueprint import bp as bodies_bp
from coordination.calendars import download_views, feed_views, page_views
from coordination.calendars import services as calendar_services
from coordination.calendars.blueprint import bp as calendars_bp
from coordination.calendars.cli import calendars_cli
from coordination.core import jobs, registry, work
from coordination.core.i18n import N_
from coordination.decisions import desk as decision_desk
from coordination.decisions import findable as decision_findable
from coordination.decisions import mail_jobs as decision_mail_jobs
from coordination.decisions import queries as decision_queries
from coordination.decisions import record_views, register_views, reminder_views, switch_views
from coordination.decisions import sections as decision_sections
from coordination.decisions import views as decision_views
from coordination.decisions.blueprint import bp as decisions_bp
from coordination.desk import failures
from coordination.desk import views as desk_views
from coordination.directory import (
    addressees,
    assignment_end_views,
    assignment_views,
    belonging,
    card_views,
    day_views,
    district_views,
    edit_views,
    findable,
    former_names,
    import_desk,
    import_jobs,
    import_undo_jobs,
    import_undo_views,
    import_views,
    list_views,
    organisation_views,
    unit_views,
)
from coordination.directory import desk as directory_desk
from coordination.directory.blueprint import bp as directory_bp
from coordination.directory.cli import directory_cli
from coordination.directory.confirming import by_file
from coordination.directory.confirming import views as confirming_views
from coordination.directory.consents import views as consent_views
from coordination.directory.consents.blueprint import bp as consents_bp
from coordination.directory.duplicates import views as duplicate_views
from coordination.directory.further import findable as further_findable
from coordination.directory.offers import findable as offer_findable
from coordination.directory.offers import views as offer_views
from coordination.directory.papers import list_views as paper_list_views
from coordination.directory.papers import map_views, poster_views, week_views
from coordination.directory.public import switch_views as public_switch_views
from coordination.directory.public import views as public_views
from coordination.directory.public.blueprint import bp as public_bp
from coordination.directory.responsibilities import belonging as post_belonging
from coordination.directory.responsibilities import doubles as post_doubles
from coordination.directory.responsibilities import findable as post_findable
from coordination.directory.responsibilities import keep_views as post_keep_views
from coordination.directory.responsibilities import panels as post_panels
from coordination.directory.responsibilities import queries as post_queries
from coordination.directory.responsibilities import services as post_services
from coordination.directory.responsibilities import views as post_views
from coordination.directory.rounds import desk as round_desk
from coordination.directory.rounds import doubles as round_doubles
from coordination.directory.rounds import keeper_views, proposal_views
from coordination.directory.rounds import link_views as round_link_views
from coordination.directory.rounds import mail_jobs as round_mail_jobs
from coordination.directory.rounds import own_views as round_own_views
from coordination.directory.rounds import panel as round_panel
from coordination.directory.rounds.blueprint import bp as rounds_bp
from coordination.directory.sites import views as site_views
from coordination.directory.spaces import findable as space_findable
from coordination.directory.spaces import views as space_views
from coordination.directory.staff import jobs as list_jobs
from coordination.directory.staff import views as staff_views
from coordination.directory.successions import findable as succession_findable
from coordination.directory.successions import views as succession_views
from coordination.documents import page_text
from coordination.files import rules as file_rules
from coordination.files.cli import files_cli
from coordination.jobs_cli import jobs_cli
from coordination.mail import desk as mail_desk
from coordination.mail import views as mail_views
from coordination.mail.cli import mail_cli
from coordination.meetings import (
    agenda_findable,
    agenda_order_views,
    agenda_print_views,
    agenda_sections,
    agenda_views,
    answer_file_views,
    answer_sections,
    answer_views,
    held,
    invitation_views,
    item_file_views,
    leaving,
    mail_job_views,
    plan_views,
    progress,
    step_views,
)
from coordination.meetings import desk as meeting_desk
from coordination.meetings import doubles as meeting_doubles
from coordination.meetings import findable as meeting_findable
from coordination.meetings import list_views as meeting_list_views
from coordination.meetings import mail_jobs as meeting_mail_jobs
from coordination.meetings import panels as meeting_panels
from coordination.meetings import reminder_views as meeting_reminder_views
from coordination.meetings import views as meeting_views
from coordination.meetings.blueprint import bp as meetings_bp
from coordination.meetings.rules import Step
from coordination.minutes import attendance as minutes_attendance
from coordination.minutes import attendance_views, link_views, reading_views, state_views
from coordination.minutes import desk as minutes_desk
from coordination.minutes import doubles as minutes_doubles
from coordination.minutes import findable as minutes_findable
from coordination.minutes import mail_jobs as minutes_mail_jobs
from coordination.minutes import panels as minutes_panels
from coordination.minutes import queries as minutes_queries
from coordination.minutes import views as minutes_views
from coordination.minutes.blueprint import bp as minutes_bp
from coordination.planning import export_views as planning_export_views
from coordination.planning import views as planning_views
from coordination.planning.blueprint import bp as planning_bp
from coordination.privacy import desk as privacy_desk
from coordination.privacy import report_views, retention
from coordination.privacy import views as privacy_views
from coordination.privacy.cli import privacy_cli
from coordination.search import named as search_named
from coordination.search import services as search_services
from coordination.search import views as search_views
from coordination.search.cli import search_cli
from coordination.web import style_page
from coordination.web import views as web_views
from coordination.web.templating import NavItem, navigation

NAVIGATION = (
    NavItem("desk", N_("Desk"), "desk.index", "signed_in", in_bottom=True),
    NavItem("meetings", N_("Dates"), "meetings.index", "signed_in", in_bottom=True),
    NavItem("bodies", N_("Bodies"), "bodies.index", "body_read"),
    NavItem("decisions", N_("Decisions and tasks"), "decisions.index", "signed_in"),
    NavItem("topics", N_("Topics"), "bodies.topics", "topic_manage"),
    NavItem("directory", N_("Who is where?"), "directory.index", "directory_read", in_bottom=True),
    NavItem("coverage", N_("Coverage"), "planning.board", "gaps_read"),
    NavItem("search", N_("Search"), "search.results", "directory_read", in_bottom=True),
    NavItem("imports", N_("Read in the school file"), "imports.index", "directory_edit_all", group=2),
    NavItem("calendars", N_("Subscribe to calendars"), "calendars.index", "signed_in"),
    NavItem("mail", N_("Outbox"), "mail.index", "outbox_read", group=2),
    NavItem("admin", N_("Administration"), "admin.accounts", "account_manage", group=2),
    NavItem("feedback", N_("Messages from pages"), "privacy.messages", "feedback_read_any", group=2),
    NavItem("audit", N_("Trail of changes"), "privacy.trail", "audit_read", group=2, query=(("alle", "1"),)),
)
BLUEPRINTS = (
    web_views.bp,
    account_views.bp,
    admin_views.bp,
    mail_views.bp,
    directory_bp,
    bodies_bp,
    meetings_bp,
    minutes_bp,
    decisions_bp,
    planning_bp,
    calendars_bp,
    import_views.bp,
    staff_views.bp,
    rounds_bp,
    public_bp,
    consents_bp,
    search_views.bp,
    privacy_views.bp,
    desk_views.bp,
)
COMMANDS = (accounts_cli, calendars_cli, directory_cli, files_cli, jobs_cli, mail_cli, privacy_cli, search_cli)
#: Modules that hang further views on a blueprint of theirs; named so that nothing is imported for nothing.
VIEW_MODULES = (
    own_views,
    card_views,
    list_views,
    district_views,
    organisation_views,
    assignment_views,
    assignment_end_views,
    edit_views,
    unit_views,
    duplicate_views,
    space_views,
    site_views,
    offer_views,
    succession_views,
    confirming_views,
    day_views,
    import_undo_views,
    week_views,
    paper_list_views,
    poster_views,
    map_views,
    keeper_views,
    round_link_views,
    round_own_views,
    proposal_views,
    consent_views,
    public_views,
    public_switch_views,
    report_views,
    post_views,
    post_keep_views,
    body_views,
    body_edit_views,
    seat_views,
    meeting_views,
    plan_views,
    step_views,
    meeting_list_views,
    agenda_views,
    agenda_order_views,
    agenda_print_views,
    item_file_views,
    invitation_views,
    answer_views,
    answer_file_views,
    meeting_reminder_views,
    mail_job_views,
    ending_views,
    export_views,
    topic_views,
    planning_views,
    planning_export_views,
    minutes_views,
    attendance_views,
    link_views,
    reading_views,
    state_views,
    decision_views,
    record_views,
    switch_views,
    register_views,
    reminder_views,
    feed_views,
    page_views,
    download_views,
)


def register(app: Flask, settings: Settings) -> None:
    """Register everything with ``app``."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if settings.is_demo or settings.testing:
        app.register_blueprint(style_page.bp)
    for group in COMMANDS:
        app.cli.add_command(group)
    navigation[:] = NAVIGATION
    app.jinja_env.filters |= {"file_kind": file_rules.kind_word, "file_size": file_rules.size_word}
    app.jinja_env.filters["markdown"] = page_text.html
    app.jinja_env.tests["school_file"] = by_file.is_by_file
    web_views.readiness.update({"migrations": readiness.migrations, "outbox": readiness.outbox_age})
    jobs.handlers.clear()
    jobs.handlers |= {reset_job.KIND: reset_job.run, retention.KIND: retention.run}
    jobs.handlers.update({import_jobs.PREVIEW: import_jobs.run_preview, import_jobs.APPLY: import_jobs.run_apply})
    jobs.handlers[import_undo_jobs.UNDO] = import_undo_jobs.run_undo
    jobs.handlers.update({list_jobs.PREVIEW: list_jobs.run_preview, list_jobs.APPLY: list_jobs.run_apply})
    jobs.handlers[list_jobs.UNDO] = list_jobs.run_undo
    site = app.extensions["koordination.site"]
    for kind in (
        meeting_mail_jobs.INVITE,
        meeting_mail_jobs.REMIND,
        minutes_mail_jobs.CIRCULATE,
        decision_mail_jobs.REMIND,
        round_mail_jobs.REMIND,
    ):
        jobs.handlers[kind.name] = partial(kind.run, site=site)
    work.after_changes[:] = [
        search_services.follow,
        # The last: from then on others wait for its row.
        lambda session, changed: calendar_services.follow(session, changed, site),
    ]
    _fill_registries()
    _fill_desk()


def _fill_desk() -> None:
    """Put into the registries who says something on the desk, in the order of lines that are equally urgent."""
    registry.desk_lines[:] = [
        mail_desk.desk_lines,
        failures.desk_lines,
        privacy_desk.desk_lines,
        import_desk.desk_lines,
        directory_desk.desk_lines,
        round_desk.desk_lines,
        body_desk.desk_lines,
        meeting_desk.desk_lines,
        minutes_desk.desk_lines,
        decision_desk.desk_lines,
    ]


def _fill_registries() -> None:
    """Put into the lists of ``core.registry`` what the slices bring, in the order in which pages show it."""
    registry.search_sources[:] = [
        *findable.SOURCES,
        *space_findable.SOURCES,
        *post_findable.SOURCES,
        *offer_findable.SOURCES,
        *topic_findable.SOURCES,
        *body_findable.SOURCES,
        *meeting_findable.SOURCES,
        *agenda_findable.SOURCES,
        *minutes_findable.SOURCES,
    ]
    registry.search_sources += decision_findable.SOURCES
    registry.lookups[:] = [search_named.meant]
    registry.desk_sections[:] = [decision_sections.my_tasks, meeting_desk.my_meetings]
    registry.body_sections[:] = [meeting_panels.body_section, decision_sections.of_body]
    registry.meeting_left[:] = [
        answer_sections.waiting,
        agenda_sections.items,
        minutes_panels.minutes_section,
        decision_sections.of_meeting,
    ]
    registry.meeting_right[:] = [minutes_panels.attendance_section, answer_sections.answers]
    registry.meeting_facts[:] = [minutes_queries.facts]
    registry.held_begun[:] = [minutes_attendance.is_begun, decision_queries.is_begun]
    registry.item_cards[:] = [decision_sections.cards]
    registry.item_lines[:] = [decision_sections.lines]
    registry.minutes_doubts[:] = [decision_sections.doubted]
    progress.PAGES |= {
        progress.Next.INVITE: "meetings.invite",
        progress.Next.TELL_CHANGE: "meetings.invite",
        progress.Next.TELL_MOVE: "meetings.invite",
        progress.Next.TELL_END: "meetings.invite",
        progress.Next.TAKE_BACK: "meetings.invite",
        progress.Next.AGENDA: "meetings.edit_agenda",
        progress.Next.MINUTES: "minutes.write",
        progress.Next.APPROVE: "minutes.approve",
    }
    progress.GOES_ON |= {Step.CATCH_UP: "minutes.attendance"}
    _fill_directory_pages()
    registry.body_meetings[:] = [held.meetings_between]
    registry.meetings_left[:] = [leaving.meetings_left]
    registry.leaving[:] = [leaving.leave]
    registry.account_names[:] = [account_queries.display_names]
    registry.account_rows[:] = [account_queries.named()]
    registry.languages[:] = [account_queries.languages]
    registry.addressees[:] = [addressees.addressees]


def _fill_directory_pages() -> None:
    """Put into the lists what pages of the directory show, what belongs to its entries, and who follows a topic."""
    registry.search_belongings[:] = [
        *belonging.BELONGINGS,
        *former_names.BELONGINGS,
        *succession_findable.BELONGINGS,
        *space_findable.BELONGINGS,
        *further_findable.BELONGINGS,
        *post_belonging.BELONGINGS,
    ]
    registry.merge_obstacles[:] = [
        post_doubles.obstacles,
        round_doubles.obstacles,
        body_doubles.obstacles,
        meeting_doubles.obstacles,
        minutes_doubles.obstacles,
        account_queries.merge_obstacles,
    ]
    registry.person_merged[:] = [round_doubles.follow_merge, calendar_services.follow_merge]
    registry.first_duties[:] = [post_queries.first_duty]
    registry.place_panels[:] = [post_panels.place_panel, body_panels.place_panel, meeting_panels.place_panel]
    registry.organisation_panels[:] = [post_panels.organisation_panel]
    registry.organisation_hangs[:] = [post_panels.posts_hanging]
    registry.person_waiting[:] = [round_panel.person_panel]
    registry.person_panels[:] = [post_panels.person_panel, body_panels.person_panel, decision_sections.of_person]
    registry.topic_contacts[:] = [body_panels.topic_contacts]
    registry.topic_followers[:] = [post_services.follow_topic]
