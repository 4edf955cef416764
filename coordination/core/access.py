"""Who may do what: one table of permissions, each with the reasons that grant it.

Readable by a data protection officer: ``POLICY`` at the end is the whole of it. Decisions are made over
plain values; enforcement is ``web.guard.authorize`` and the conditions in each slice's queries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from coordination.core.errors import Forbidden, NotFound


class Role(StrEnum):
    """What an account may be beside a professional; given by an administrator."""

    COORDINATOR = "coordinator"
    PLANNER = "planner"
    DIRECTORY_KEEPER = "directory_keeper"
    LEAD = "lead"
    ADMINISTRATOR = "administrator"


class BodyRole(StrEnum):
    """What a person is in a body for a time."""

    CHAIR = "chair"
    CO_CHAIR = "co_chair"
    DEPUTY_CHAIR = "deputy_chair"
    SECRETARIAT = "secretariat"
    VOTING_MEMBER = "voting_member"
    ADVISORY_MEMBER = "advisory_member"
    PERMANENT_GUEST = "permanent_guest"


#: Who manages a body: its secretariat, and those who chair it.
OFFICE = frozenset({BodyRole.SECRETARIAT, BodyRole.CHAIR, BodyRole.CO_CHAIR})


class Permission(StrEnum):
    """Everything that is asked for anywhere."""

    SIGNED_IN = "signed_in"
    DIRECTORY_READ = "directory_read"
    DIRECTORY_PLANNED = "directory_planned"
    GAPS_READ = "gaps_read"
    TARGET_SET = "target_set"
    DIRECTORY_EDIT = "directory_edit"
    DIRECTORY_EDIT_ANY = "directory_edit_any"
    DIRECTORY_EDIT_ALL = "directory_edit_all"
    ENTRY_CONFIRM = "entry_confirm"
    BODY_READ = "body_read"
    BODY_CREATE = "body_create"
    BODY_MANAGE = "body_manage"
    TOPIC_MANAGE = "topic_manage"
    MEETING_READ = "meeting_read"
    MEETING_READ_INSIDE = "meeting_read_inside"
    ITEM_READ_INSIDE = "item_read_inside"
    MEETING_MANAGE = "meeting_manage"
    AGENDA_PROPOSE = "agenda_propose"
    MINUTES_WRITE = "minutes_write"
    MINUTES_READ = "minutes_read"
    DECISION_READ = "decision_read"
    TASK_READ = "task_read"
    TASK_SETTLE = "task_settle"
    ACCOUNT_MANAGE = "account_manage"
    OUTBOX_READ = "outbox_read"
    JOBS_READ = "jobs_read"
    OUTBOX_MANAGE = "outbox_manage"
    AUDIT_READ = "audit_read"
    FEEDBACK_READ = "feedback_read"
    FEEDBACK_READ_ANY = "feedback_read_any"
    CONSENT_GIVE = "consent_give"
    OWN_CHANGE = "own_change"
    PUBLIC_PAGE_SET = "public_page_set"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as plain values derived from the account and its dated memberships.

    ``keeps`` holds the keys of the organisations whose subtree the actor keeps, already expanded;
    ``keeps_all`` is the keeper of the whole directory. ``is_system`` is a command or the job worker.
    """

    user_id: int | None = None
    person_id: int | None = None
    roles: frozenset[Role] = frozenset()
    keeps: frozenset[int] = frozenset()
    keeps_all: bool = False
    body_roles: Mapping[int, BodyRole] = field(default_factory=dict)
    is_system: bool = False

    @property
    def is_signed_in(self) -> bool:
        """Return whether there is a live session behind this actor."""
        return self.user_id is not None


ANONYMOUS = Actor()
SYSTEM = Actor(is_system=True)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a permission is asked for, as plain values. The empty one stands for "anything of the kind"."""

    body_id: int | None = None
    organisation_ids: frozenset[int] = frozenset()
    person_id: int | None = None
    #: Open to everybody who is signed in.
    is_public: bool = False
    #: People who were asked to it by name: guests and deputies of one meeting.
    invited: frozenset[int] = frozenset()


ANYTHING = Subject()
Reason = Callable[[Actor, Subject], bool]


def signed_in(actor: Actor, _subject: Subject) -> bool:
    """Everybody with a live session: at least a professional."""
    return actor.is_signed_in


def administrator(actor: Actor, _subject: Subject) -> bool:
    """Manages accounts and settings, and nothing else."""
    return Role.ADMINISTRATOR in actor.roles


def coordinator(actor: Actor, _subject: Subject) -> bool:
    """Runs the office of bodies."""
    return Role.COORDINATOR in actor.roles


def planner(actor: Actor, _subject: Subject) -> bool:
    """Looks at coverage and indicators over the whole city."""
    return Role.PLANNER in actor.roles


def lead(actor: Actor, _subject: Subject) -> bool:
    """Heads a department."""
    return Role.LEAD in actor.roles


def keeper(actor: Actor, _subject: Subject) -> bool:
    """Keeps some part of the directory."""
    return Role.DIRECTORY_KEEPER in actor.roles and (actor.keeps_all or bool(actor.keeps))


def keeper_of_all(actor: Actor, _subject: Subject) -> bool:
    """Keeps the whole directory."""
    return Role.DIRECTORY_KEEPER in actor.roles and actor.keeps_all


def keeper_of_it(actor: Actor, subject: Subject) -> bool:
    """Keeps the subtree of one of the organisations that the subject belongs to."""
    return Role.DIRECTORY_KEEPER in actor.roles and (actor.keeps_all or bool(actor.keeps & subject.organisation_ids))


def belongs(actor: Actor, subject: Subject) -> bool:
    """Has a seat in the body today."""
    return subject.body_id is not None and subject.body_id in actor.body_roles


def office(actor: Actor, subject: Subject) -> bool:
    """Runs the body's office, or chairs it today."""
    return subject.body_id is not None and actor.body_roles.get(subject.body_id) in OFFICE


def invited(actor: Actor, subject: Subject) -> bool:
    """Was asked to this meeting by name; whoever holds a personal link is that person without being signed in."""
    return actor.person_id is not None and actor.person_id in subject.invited


def public(actor: Actor, subject: Subject) -> bool:
    """Signed in, and the thing was made public."""
    return actor.is_signed_in and subject.is_public


def person_itself(actor: Actor, subject: Subject) -> bool:
    """The person that it is about."""
    return actor.person_id is not None and actor.person_id == subject.person_id


def system(actor: Actor, _subject: Subject) -> bool:
    """A command typed by an operator, or the job worker."""
    return actor.is_system


POLICY: Mapping[Permission, tuple[Reason, ...]] = {
    Permission.SIGNED_IN: (signed_in,),
    Permission.DIRECTORY_READ: (signed_in,),
    #: What is only planned, of the organisations that it is about.
    Permission.DIRECTORY_PLANNED: (keeper_of_it, coordinator, planner),
    #: Schools with nobody and what ends soon, over the whole city.
    Permission.GAPS_READ: (keeper_of_all, coordinator, planner, lead),
    #: How much school social work a school should have.
    Permission.TARGET_SET: (planner,),
    Permission.DIRECTORY_EDIT: (keeper_of_it,),
    Permission.DIRECTORY_EDIT_ANY: (keeper,),
    Permission.DIRECTORY_EDIT_ALL: (keeper_of_all, system),
    #: Saying that an entry is right: whoever keeps it, and of an assignment its person, where the employer has it so.
    Permission.ENTRY_CONFIRM: (keeper_of_it, person_itself),
    Permission.BODY_READ: (signed_in,),
    Permission.BODY_CREATE: (coordinator,),
    Permission.BODY_MANAGE: (office, system),
    Permission.TOPIC_MANAGE: (coordinator,),
    # That a meeting is, when and where; its inside: agenda not made public, who comes, papers.
    Permission.MEETING_READ: (belongs, invited, public, system),
    Permission.MEETING_READ_INSIDE: (belongs, invited, system),
    # Items that are not public, and their attachments: those asked are deputies here, not guests.
    Permission.ITEM_READ_INSIDE: (belongs, invited, system),
    Permission.MEETING_MANAGE: (office, system),
    Permission.AGENDA_PROPOSE: (belongs,),
    Permission.MINUTES_WRITE: (office, system),
    Permission.MINUTES_READ: (belongs, invited, system),
    Permission.DECISION_READ: (belongs, public, system),
    Permission.TASK_READ: (belongs, person_itself, system),
    Permission.TASK_SETTLE: (office, person_itself, system),
    Permission.ACCOUNT_MANAGE: (administrator, system),
    Permission.OUTBOX_READ: (administrator, system),
    Permission.OUTBOX_MANAGE: (administrator, system),
    Permission.JOBS_READ: (administrator,),
    Permission.AUDIT_READ: (administrator,),
    Permission.FEEDBACK_READ: (administrator, keeper_of_all),
    #: The same, or of it what is reported of entries of the organisations that the actor keeps.
    Permission.FEEDBACK_READ_ANY: (administrator, keeper),
    #: To show or hide what is private: nobody decides that for somebody else.
    Permission.CONSENT_GIVE: (person_itself,),
    #: To say what of one's own entries is to become different: at once or after approval, as the employer has it.
    Permission.OWN_CHANGE: (person_itself,),
    #: Whether everybody may look up schools, without any name.
    Permission.PUBLIC_PAGE_SET: (administrator,),
}


def plans_of(actor: Actor) -> frozenset[int]:
    """Return the organisations whose plans the actor sees as their keeper, besides what ``DIRECTORY_PLANNED`` says."""
    return actor.keeps if Role.DIRECTORY_KEEPER in actor.roles else frozenset()


#: Lacking one of these means not knowing that the thing exists: answered with 404 (see ``require``).
READS = frozenset(
    {
        Permission.DIRECTORY_READ,
        Permission.BODY_READ,
        Permission.MEETING_READ,
        Permission.MEETING_READ_INSIDE,
        Permission.ITEM_READ_INSIDE,
        Permission.MINUTES_READ,
        Permission.DECISION_READ,
        Permission.TASK_READ,
        Permission.OUTBOX_READ,
        Permission.JOBS_READ,
        Permission.FEEDBACK_READ,
        Permission.FEEDBACK_READ_ANY,
        Permission.AUDIT_READ,
        Permission.ACCOUNT_MANAGE,
        Permission.PUBLIC_PAGE_SET,
    }
)


def allows(actor: Actor, permission: Permission, subject: Subject = ANYTHING) -> bool:
    """Return whether any of the policy's reasons for ``permission`` holds."""
    return any(reason(actor, subject) for reason in POLICY[permission])


def require(actor: Actor, permission: Permission, subject: Subject = ANYTHING) -> None:
    """Raise unless ``actor`` has ``permission`` on ``subject``.

    Raises:
        NotFound: a read permission is missing; the thing is not shown to exist.
        Forbidden: the thing may be seen, but not this done with it.
    """
    if allows(actor, permission, subject):
        return
    raise NotFound if permission in READS else Forbidden
