"""Subscriptions: links, when they were fetched, the kept lines of meetings, and a count of all changes."""

from datetime import UTC, datetime

from alembic import op
import sqlalchemy as sa

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'calendar_link',
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.Enum('mine', 'body', 'topic', 'all', 'deadlines', 'place', 'person', 'holidays', name='feedkind', native_enum=False, length=40), nullable=False),
        sa.Column('subject_id', sa.Integer(), nullable=False),
        sa.Column('is_neutral', sa.Boolean(), nullable=False),
        sa.Column('generation', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_calendar_link_user_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_link')),
        sa.UniqueConstraint('user_id', 'kind', 'subject_id', name=op.f('uq_calendar_link_user_id_kind_subject_id')),
        sqlite_autoincrement=True,
    )
    op.create_table(
        'feed_fetch',
        sa.Column('link_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('client', sa.String(length=40), nullable=False),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['link_id'], ['calendar_link.id'], name=op.f('fk_feed_fetch_link_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_feed_fetch')),
        sa.UniqueConstraint('link_id', name=op.f('uq_feed_fetch_link_id')),
    )
    op.create_table(
        'calendar_part',
        sa.Column('meeting_id', sa.Integer(), nullable=False),
        sa.Column('variant', sa.Enum('full', 'neutral', name='variant', native_enum=False, length=40), nullable=False),
        sa.Column('revised_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('content', sa.LargeBinary(), nullable=False),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_calendar_part_meeting_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_part')),
        sa.UniqueConstraint('meeting_id', 'variant', name=op.f('uq_calendar_part_meeting_id_variant')),
    )
    revision_table = op.create_table(
        'calendar_revision',
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.CheckConstraint('id = 1', name=op.f('ck_calendar_revision_one_row')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_revision')),
    )
    op.execute(sa.insert(revision_table).values(id=1, number=0, changed_at=datetime(2026, 1, 1, tzinfo=UTC)))


def downgrade() -> None:
    for name in ('calendar_revision', 'calendar_part', 'feed_fetch', 'calendar_link'):
        op.drop_table(name)
