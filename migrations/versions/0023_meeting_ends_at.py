"""What is not over is found without reading the archive of meetings."""

from alembic import op


revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('meeting', schema=None) as batch_op:
        batch_op.create_index('ix_meeting_ends_at', ['ends_at'], unique=False)
        batch_op.create_index('ix_meeting_body_ends', ['body_id', 'ends_at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('meeting', schema=None) as batch_op:
        batch_op.drop_index('ix_meeting_body_ends')
        batch_op.drop_index('ix_meeting_ends_at')
