"""Topics, files, bodies with seats and rules, meetings with agenda, invitations and answers."""

from alembic import op
import sqlalchemy as sa


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('topic',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topic')),
    sa.UniqueConstraint('name', name=op.f('uq_topic_name'))
    )
    op.create_table('body_lead',
    sa.Column('body_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['body_id'], ['body.id'], name=op.f('fk_body_lead_body_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_body_lead_organisation_id')),
    sa.PrimaryKeyConstraint('body_id', 'organisation_id', name=op.f('pk_body_lead'))
    )
    with op.batch_alter_table('body_lead', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_body_lead_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('body_topic',
    sa.Column('body_id', sa.Integer(), nullable=False),
    sa.Column('topic_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['body_id'], ['body.id'], name=op.f('fk_body_topic_body_id')),
    sa.ForeignKeyConstraint(['topic_id'], ['topic.id'], name=op.f('fk_body_topic_topic_id')),
    sa.PrimaryKeyConstraint('body_id', 'topic_id', name=op.f('pk_body_topic'))
    )
    with op.batch_alter_table('body_topic', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_body_topic_topic_id'), ['topic_id'], unique=False)

    op.create_table('seat',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('body_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('role', sa.Enum('chair', 'co_chair', 'deputy_chair', 'secretariat', 'voting_member', 'advisory_member', 'permanent_guest', name='bodyrole', native_enum=False, length=40), nullable=False),
    sa.Column('filled_by', sa.Enum('ex_officio', 'delegated', 'elected', name='filledby', native_enum=False, length=40), nullable=False),
    sa.Column('label', sa.String(length=120), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('valid_until IS NULL OR valid_until >= valid_from', name=op.f('ck_seat_span')),
    sa.ForeignKeyConstraint(['body_id'], ['body.id'], name=op.f('fk_seat_body_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_seat_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_seat'))
    )
    with op.batch_alter_table('seat', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_seat_body_id'), ['body_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_seat_organisation_id'), ['organisation_id'], unique=False)

    op.create_table('meeting',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('body_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('starts_at', sa.DateTime(), nullable=False),
    sa.Column('ends_at', sa.DateTime(), nullable=False),
    sa.Column('place_id', sa.Integer(), nullable=True),
    sa.Column('room', sa.String(length=200), nullable=False),
    sa.Column('link', sa.String(length=500), nullable=False),
    sa.Column('state', sa.Enum('draft', 'fixed', 'invited', 'running', 'minutes_open', 'closed', 'cancelled', name='meetingstate', native_enum=False, length=40), nullable=False),
    sa.Column('is_public', sa.Boolean(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('answer_until', sa.Date(), nullable=True),
    sa.Column('cancel_reason', sa.String(length=500), nullable=False),
    sa.Column('moved_from', sa.DateTime(), nullable=True),
    sa.Column('uid', sa.String(length=80), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('revised_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('form_key', sa.String(length=64), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_meeting_ends_after_start')),
    sa.ForeignKeyConstraint(['body_id'], ['body.id'], name=op.f('fk_meeting_body_id')),
    sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_meeting_place_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting')),
    sa.UniqueConstraint('form_key', name=op.f('uq_meeting_form_key')),
    sa.UniqueConstraint('uid', name=op.f('uq_meeting_uid'))
    )
    with op.batch_alter_table('meeting', schema=None) as batch_op:
        batch_op.create_index('ix_meeting_body_starts', ['body_id', 'starts_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_meeting_place_id'), ['place_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_meeting_starts_at'), ['starts_at'], unique=False)

    op.create_table('agenda_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('kind', sa.Enum('formality', 'information', 'discussion', 'decision', name='itemkind', native_enum=False, length=40), nullable=False),
    sa.Column('state', sa.Enum('proposed', 'on_agenda', 'refused', 'left_over', name='itemstate', native_enum=False, length=40), nullable=False),
    sa.Column('is_public', sa.Boolean(), nullable=False),
    sa.Column('minutes_planned', sa.Integer(), nullable=True),
    sa.Column('presenter_id', sa.Integer(), nullable=True),
    sa.Column('proposed_by_id', sa.Integer(), nullable=True),
    sa.Column('carried_from_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('minutes_planned IS NULL OR minutes_planned BETWEEN 1 AND 600', name=op.f('ck_agenda_item_time')),
    sa.ForeignKeyConstraint(['carried_from_id'], ['agenda_item.id'], name=op.f('fk_agenda_item_carried_from_id')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_agenda_item_meeting_id')),
    sa.ForeignKeyConstraint(['presenter_id'], ['person.id'], name=op.f('fk_agenda_item_presenter_id')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['person.id'], name=op.f('fk_agenda_item_proposed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agenda_item'))
    )
    with op.batch_alter_table('agenda_item', schema=None) as batch_op:
        batch_op.create_index('ix_agenda_item_meeting_position', ['meeting_id', 'position'], unique=False)

    op.create_table('deadline_override',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('deadline', sa.Enum('items', 'papers', 'invitation', 'minutes', name='deadline', native_enum=False, length=40), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_deadline_override_meeting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deadline_override')),
    sa.UniqueConstraint('meeting_id', 'deadline', name=op.f('uq_deadline_override_meeting_id_deadline'))
    )
    op.create_table('deputy',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('body_id', sa.Integer(), nullable=False),
    sa.Column('membership_id', sa.Integer(), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.CheckConstraint('valid_until IS NULL OR valid_until >= valid_from', name=op.f('ck_deputy_span')),
    sa.ForeignKeyConstraint(['body_id'], ['body.id'], name=op.f('fk_deputy_body_id')),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_deputy_membership_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_deputy_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deputy'))
    )
    with op.batch_alter_table('deputy', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_deputy_body_id'), ['body_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_deputy_membership_id'), ['membership_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_deputy_person_id'), ['person_id'], unique=False)

    op.create_table('invitation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.Enum('chair', 'co_chair', 'deputy_chair', 'secretariat', 'voting_member', 'advisory_member', 'permanent_guest', name='bodyrole', native_enum=False, length=40), nullable=True),
    sa.Column('stands_in_for_id', sa.Integer(), nullable=True),
    sa.Column('answer', sa.Enum('open', 'accepted', 'tentative', 'declined', 'delegated', name='answer', native_enum=False, length=40), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('origin', sa.Enum('link', 'signed_in', 'office', 'mail', name='origin', native_enum=False, length=40), nullable=True),
    sa.Column('entered_by_id', sa.Integer(), nullable=True),
    sa.Column('comment', sa.String(length=500), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('mailed_sequence', sa.Integer(), nullable=True),
    sa.Column('mailed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('first_message_id', sa.String(length=200), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_invitation_meeting_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_invitation_person_id')),
    sa.ForeignKeyConstraint(['stands_in_for_id'], ['person.id'], name=op.f('fk_invitation_stands_in_for_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation')),
    sa.UniqueConstraint('meeting_id', 'person_id', name=op.f('uq_invitation_meeting_id_person_id'))
    )
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_invitation_person_id'), ['person_id'], unique=False)

    op.create_table('meeting_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.Enum('created', 'edited', 'moved', 'cancelled', 'state', 'invited', 'deadline', name='changekind', native_enum=False, length=40), nullable=False),
    sa.Column('before', sa.String(length=500), nullable=False),
    sa.Column('after', sa.String(length=500), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_meeting_change_meeting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_change'))
    )
    with op.batch_alter_table('meeting_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_meeting_change_meeting_id'), ['meeting_id'], unique=False)

    op.create_table('stored_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added_by_id', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stored_file'))
    )
    with op.batch_alter_table('stored_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_stored_file_digest'), ['digest'], unique=False)

    op.create_table('answer_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('invitation_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer', sa.Enum('open', 'accepted', 'tentative', 'declined', 'delegated', name='answer', native_enum=False, length=40), nullable=False),
    sa.Column('origin', sa.Enum('link', 'signed_in', 'office', 'mail', name='origin', native_enum=False, length=40), nullable=False),
    sa.Column('entered_by_id', sa.Integer(), nullable=True),
    sa.Column('comment', sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(['invitation_id'], ['invitation.id'], name=op.f('fk_answer_entry_invitation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer_entry'))
    )
    with op.batch_alter_table('answer_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_answer_entry_invitation_id'), ['invitation_id'], unique=False)

    op.create_table('item_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_item_file_file_id')),
    sa.ForeignKeyConstraint(['item_id'], ['agenda_item.id'], name=op.f('fk_item_file_item_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_item_file'))
    )
    with op.batch_alter_table('item_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_item_file_file_id'), ['file_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_item_file_item_id'), ['item_id'], unique=False)

    with op.batch_alter_table('body', schema=None) as batch_op:
        batch_op.add_column(sa.Column('short_name', sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column('kind', sa.Enum('advisory_board', 'steering_group', 'steering_committee', 'education_conference', 'section78_working_group', 'youth_services_conference', 'district_conference', 'project_meeting', 'workshop', 'quality_circle', 'round_table', 'working_group', 'youth_council', 'council_committee', name='bodykind', native_enum=False, length=40), nullable=False, server_default='working_group'))
        batch_op.add_column(sa.Column('level', sa.Enum('project', 'operational', 'steering', 'political', name='bodylevel', native_enum=False, length=40), nullable=False, server_default='operational'))
        batch_op.add_column(sa.Column('purpose', sa.String(length=500), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('parent_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('colour', sa.Integer(), nullable=False, server_default='1'))
        batch_op.add_column(sa.Column('template', sa.String(length=20), nullable=False, server_default='light'))
        batch_op.add_column(sa.Column('overrides', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('statutory_seats', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('notes', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('valid_until', sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f('ix_body_parent_id'), ['parent_id'], unique=False)
        batch_op.create_unique_constraint(batch_op.f('uq_body_short_name'), ['short_name'])
        batch_op.create_foreign_key(batch_op.f('fk_body_parent_id'), 'body', ['parent_id'], ['id'])

    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.add_column(sa.Column('seat_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_membership_seat_id'), ['seat_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_membership_seat_id'), 'seat', ['seat_id'], ['id'])



def downgrade() -> None:
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_membership_seat_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_membership_seat_id'))
        batch_op.drop_column('seat_id')

    with op.batch_alter_table('body', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_body_parent_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_body_short_name'), type_='unique')
        batch_op.drop_index(batch_op.f('ix_body_parent_id'))
        batch_op.drop_column('valid_until')
        batch_op.drop_column('notes')
        batch_op.drop_column('statutory_seats')
        batch_op.drop_column('overrides')
        batch_op.drop_column('template')
        batch_op.drop_column('colour')
        batch_op.drop_column('parent_id')
        batch_op.drop_column('purpose')
        batch_op.drop_column('level')
        batch_op.drop_column('kind')
        batch_op.drop_column('short_name')

    with op.batch_alter_table('item_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_item_file_item_id'))
        batch_op.drop_index(batch_op.f('ix_item_file_file_id'))

    op.drop_table('item_file')
    with op.batch_alter_table('answer_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_answer_entry_invitation_id'))

    op.drop_table('answer_entry')
    with op.batch_alter_table('stored_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_stored_file_digest'))

    op.drop_table('stored_file')
    with op.batch_alter_table('meeting_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_meeting_change_meeting_id'))

    op.drop_table('meeting_change')
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_invitation_person_id'))

    op.drop_table('invitation')
    with op.batch_alter_table('deputy', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_deputy_person_id'))
        batch_op.drop_index(batch_op.f('ix_deputy_membership_id'))
        batch_op.drop_index(batch_op.f('ix_deputy_body_id'))

    op.drop_table('deputy')
    op.drop_table('deadline_override')
    with op.batch_alter_table('agenda_item', schema=None) as batch_op:
        batch_op.drop_index('ix_agenda_item_meeting_position')

    op.drop_table('agenda_item')
    with op.batch_alter_table('meeting', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_meeting_starts_at'))
        batch_op.drop_index(batch_op.f('ix_meeting_place_id'))
        batch_op.drop_index('ix_meeting_body_starts')

    op.drop_table('meeting')
    with op.batch_alter_table('seat', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_seat_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_seat_body_id'))

    op.drop_table('seat')
    with op.batch_alter_table('body_topic', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_body_topic_topic_id'))

    op.drop_table('body_topic')
    with op.batch_alter_table('body_lead', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_body_lead_organisation_id'))

    op.drop_table('body_lead')
    op.drop_table('topic')
