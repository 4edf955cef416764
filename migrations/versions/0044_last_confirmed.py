"""When people, organisations, places, posts and offers were last confirmed; nobody has said so of what is there."""

from alembic import op
import sqlalchemy as sa


revision = '0044'
down_revision = '0043'
branch_labels = None
depends_on = None

ENTRIES = ('organisation', 'person', 'place', 'post', 'offer')


def upgrade() -> None:
    for table in ENTRIES:
        # Added in place: no table has to be written anew for a column that is empty.
        op.add_column(table, sa.Column('confirmed_on', sa.Date(), nullable=True))
        op.add_column(table, sa.Column('confirmed_by', sa.String(length=120), server_default='', nullable=False))
    op.create_table(
        'imported_confirmation',
        sa.Column('job_id', sa.Integer(), nullable=False),
        sa.Column('place_id', sa.Integer(), nullable=False),
        sa.Column('confirmed_on', sa.Date(), nullable=True),
        sa.Column('confirmed_by', sa.String(length=120), nullable=False),
        sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['job_id'], ['job.id'], name=op.f('fk_imported_confirmation_job_id_job'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_imported_confirmation')),
    )
    op.create_index(op.f('ix_imported_confirmation_job_id'), 'imported_confirmation', ['job_id'])
    op.create_index(op.f('ix_imported_confirmation_recorded_at'), 'imported_confirmation', ['recorded_at'])


def downgrade() -> None:
    op.drop_table('imported_confirmation')
    for table in ENTRIES:
        op.drop_column(table, 'confirmed_by')
        op.drop_column(table, 'confirmed_on')
