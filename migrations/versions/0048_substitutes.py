"""For whom somebody stands in is asked whenever they open their desk."""

from alembic import op

revision = '0048'
down_revision = '0047'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_absence_substitute_id', 'absence', ['substitute_id'])


def downgrade() -> None:
    op.drop_index('ix_absence_substitute_id', 'absence')
