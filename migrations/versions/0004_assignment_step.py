"""Steps of assignments that can be taken back; people are found by their address, whatever its capitals."""

from alembic import op
import sqlalchemy as sa

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'assignment_step',
        sa.Column('assignment_id', sa.Integer(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('way', sa.String(length=20), nullable=False),
        sa.Column('before', sa.Text(), nullable=False),
        sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_assignment_step')),
    )
    op.create_index(op.f('ix_assignment_step_assignment_id'), 'assignment_step', ['assignment_id'], unique=False)
    op.create_index(op.f('ix_assignment_step_recorded_at'), 'assignment_step', ['recorded_at'], unique=False)
    op.add_column('person', sa.Column('email_key', sa.String(length=320), nullable=False, server_default=''))
    op.execute("UPDATE person SET email_key = lower(email)")
    op.create_index(op.f('ix_person_email_key'), 'person', ['email_key'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_person_email_key'), table_name='person')
    op.execute("ALTER TABLE person DROP COLUMN email_key")
    op.drop_index(op.f('ix_assignment_step_recorded_at'), table_name='assignment_step')
    op.drop_index(op.f('ix_assignment_step_assignment_id'), table_name='assignment_step')
    op.drop_table('assignment_step')
