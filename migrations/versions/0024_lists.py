"""Lists of employers can be read in and taken back; what their columns mean is remembered."""

from alembic import op
import sqlalchemy as sa

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'list_columns',
        sa.Column('fingerprint', sa.String(length=32), nullable=False),
        sa.Column('meanings', sa.JSON(), nullable=False),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_list_columns')),
        sa.UniqueConstraint('fingerprint', name=op.f('uq_list_columns_fingerprint')),
    )
    op.create_table(
        'listed_row',
        sa.Column('job_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=12), nullable=False),
        sa.Column('row_id', sa.Integer(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('before', sa.JSON(none_as_null=True), nullable=True),
        sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['job_id'], ['job.id'], name=op.f('fk_listed_row_job_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_listed_row')),
    )
    op.create_index(op.f('ix_listed_row_job_id'), 'listed_row', ['job_id'], unique=False)
    op.create_index(op.f('ix_listed_row_recorded_at'), 'listed_row', ['recorded_at'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_listed_row_recorded_at'), table_name='listed_row')
    op.drop_index(op.f('ix_listed_row_job_id'), table_name='listed_row')
    op.drop_table('listed_row')
    op.drop_table('list_columns')
