"""An import of the school file can be taken back; a place knows on which day it came into the directory."""

from alembic import op
import sqlalchemy as sa

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'imported_place',
        sa.Column('job_id', sa.Integer(), nullable=False),
        sa.Column('place_id', sa.Integer(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('before', sa.JSON(none_as_null=True), nullable=True),
        sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['job_id'], ['job.id'], name=op.f('fk_imported_place_job_id'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_imported_place')),
    )
    op.create_index(op.f('ix_imported_place_job_id'), 'imported_place', ['job_id'], unique=False)
    op.create_index(op.f('ix_imported_place_recorded_at'), 'imported_place', ['recorded_at'], unique=False)
    op.add_column('place', sa.Column('entered_on', sa.Date(), nullable=True))
    # Until now the trail alone knew; an instant's day in UTC is near enough for days that are past.
    op.execute(
        "UPDATE place SET entered_on = (SELECT date(min(at)) FROM audit_entry WHERE subject = 'place:' || place.id)"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE place DROP COLUMN entered_on")
    op.drop_index(op.f('ix_imported_place_recorded_at'), table_name='imported_place')
    op.drop_index(op.f('ix_imported_place_job_id'), table_name='imported_place')
    op.drop_table('imported_place')
