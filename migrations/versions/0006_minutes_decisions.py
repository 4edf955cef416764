"""Minutes and attendance; decisions, tasks and the history of their status."""

from alembic import op
import sqlalchemy as sa


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('attendance',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.Enum('chair', 'co_chair', 'deputy_chair', 'secretariat', 'voting_member', 'advisory_member', 'permanent_guest', name='bodyrole', native_enum=False, length=40), nullable=True),
    sa.Column('presence', sa.Enum('unknown', 'present', 'excused', 'absent', name='presence', native_enum=False, length=40), nullable=False),
    sa.Column('stands_in_for_id', sa.Integer(), nullable=True),
    sa.Column('came_at', sa.Time(), nullable=True),
    sa.Column('left_at', sa.Time(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('left_at IS NULL OR came_at IS NULL OR left_at >= came_at', name=op.f('ck_attendance_span')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_attendance_meeting_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_attendance_person_id')),
    sa.ForeignKeyConstraint(['stands_in_for_id'], ['person.id'], name=op.f('fk_attendance_stands_in_for_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance')),
    sa.UniqueConstraint('meeting_id', 'person_id', name=op.f('uq_attendance_meeting_id_person_id'))
    )
    with op.batch_alter_table('attendance', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attendance_person_id'), ['person_id'], unique=False)

    op.create_table('minutes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'checked', 'circulated', 'approved', name='minutesstate', native_enum=False, length=40), nullable=False),
    sa.Column('taker_id', sa.Integer(), nullable=True),
    sa.Column('circulated_until', sa.Date(), nullable=True),
    sa.Column('circulated_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('approved_on', sa.Date(), nullable=True),
    sa.Column('approved_in_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['approved_in_id'], ['meeting.id'], name=op.f('fk_minutes_approved_in_id')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_minutes_meeting_id')),
    sa.ForeignKeyConstraint(['taker_id'], ['person.id'], name=op.f('fk_minutes_taker_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_minutes')),
    sa.UniqueConstraint('meeting_id', name=op.f('uq_minutes_meeting_id'))
    )
    op.create_table('decision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('body_id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('decision', 'recommendation', 'noted', name='decisionkind', native_enum=False, length=40), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('means', sa.Enum('consensus', 'vote', name='means', native_enum=False, length=40), nullable=False),
    sa.Column('result', sa.Enum('accepted', 'rejected', name='result', native_enum=False, length=40), nullable=False),
    sa.Column('voted_at', sa.Time(), nullable=True),
    sa.Column('yes', sa.Integer(), nullable=False),
    sa.Column('no', sa.Integer(), nullable=False),
    sa.Column('abstained', sa.Integer(), nullable=False),
    sa.Column('conflicted', sa.Integer(), nullable=False),
    sa.Column('invalid', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('follow_up_on', sa.Date(), nullable=True),
    sa.Column('status', sa.Enum('open', 'in_progress', 'done', 'deferred', 'obsolete', name='status', native_enum=False, length=40), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('form_key', sa.String(length=64), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('yes >= 0 AND no >= 0 AND abstained >= 0 AND conflicted >= 0 AND invalid >= 0', name=op.f('ck_decision_votes')),
    sa.ForeignKeyConstraint(['body_id'], ['body.id'], name=op.f('fk_decision_body_id')),
    sa.ForeignKeyConstraint(['item_id'], ['agenda_item.id'], name=op.f('fk_decision_item_id')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_decision_meeting_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['organisation.id'], name=op.f('fk_decision_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decision')),
    sa.UniqueConstraint('body_id', 'year', 'number', name=op.f('uq_decision_body_id_year_number')),
    sa.UniqueConstraint('form_key', name=op.f('uq_decision_form_key'))
    )
    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_decision_item_id'), ['item_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_decision_meeting_id'), ['meeting_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_decision_unit_id'), ['unit_id'], unique=False)

    op.create_table('frozen_minutes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('minutes_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('frozen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('pdf_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['minutes_id'], ['minutes.id'], name=op.f('fk_frozen_minutes_minutes_id')),
    sa.ForeignKeyConstraint(['pdf_id'], ['stored_file.id'], name=op.f('fk_frozen_minutes_pdf_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_frozen_minutes')),
    sa.UniqueConstraint('minutes_id', 'number', name=op.f('uq_frozen_minutes_minutes_id_number'))
    )
    op.create_table('item_text',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('saved_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['agenda_item.id'], name=op.f('fk_item_text_item_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_item_text')),
    sa.UniqueConstraint('item_id', name=op.f('uq_item_text_item_id'))
    )
    op.create_table('task',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('body_id', sa.Integer(), nullable=False),
    sa.Column('meeting_id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=500), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('status', sa.Enum('open', 'in_progress', 'done', 'deferred', 'obsolete', name='status', native_enum=False, length=40), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('form_key', sa.String(length=64), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['body_id'], ['body.id'], name=op.f('fk_task_body_id')),
    sa.ForeignKeyConstraint(['item_id'], ['agenda_item.id'], name=op.f('fk_task_item_id')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_task_meeting_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_task_person_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['organisation.id'], name=op.f('fk_task_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task')),
    sa.UniqueConstraint('form_key', name=op.f('uq_task_form_key'))
    )
    with op.batch_alter_table('task', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_task_body_id'), ['body_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_task_item_id'), ['item_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_task_meeting_id'), ['meeting_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_task_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_task_unit_id'), ['unit_id'], unique=False)

    op.create_table('status_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('decision_id', sa.Integer(), nullable=True),
    sa.Column('task_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('origin', sa.Enum('link', 'signed_in', 'office', 'mail', name='origin', native_enum=False, length=40), nullable=False),
    sa.Column('before', sa.Enum('open', 'in_progress', 'done', 'deferred', 'obsolete', name='status', native_enum=False, length=40), nullable=False),
    sa.Column('after', sa.Enum('open', 'in_progress', 'done', 'deferred', 'obsolete', name='status', native_enum=False, length=40), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.CheckConstraint('(decision_id IS NULL) <> (task_id IS NULL)', name=op.f('ck_status_entry_one_subject')),
    sa.ForeignKeyConstraint(['decision_id'], ['decision.id'], name=op.f('fk_status_entry_decision_id')),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], name=op.f('fk_status_entry_task_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_status_entry'))
    )
    with op.batch_alter_table('status_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_status_entry_decision_id'), ['decision_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_status_entry_task_id'), ['task_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('status_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_status_entry_task_id'))
        batch_op.drop_index(batch_op.f('ix_status_entry_decision_id'))

    op.drop_table('status_entry')
    with op.batch_alter_table('task', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_task_unit_id'))
        batch_op.drop_index(batch_op.f('ix_task_person_id'))
        batch_op.drop_index(batch_op.f('ix_task_meeting_id'))
        batch_op.drop_index(batch_op.f('ix_task_item_id'))
        batch_op.drop_index(batch_op.f('ix_task_body_id'))

    op.drop_table('task')
    op.drop_table('item_text')
    op.drop_table('frozen_minutes')
    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_decision_unit_id'))
        batch_op.drop_index(batch_op.f('ix_decision_meeting_id'))
        batch_op.drop_index(batch_op.f('ix_decision_item_id'))

    op.drop_table('decision')
    op.drop_table('minutes')
    with op.batch_alter_table('attendance', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_attendance_person_id'))

    op.drop_table('attendance')
