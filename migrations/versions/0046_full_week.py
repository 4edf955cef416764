"""Hours of a full post with an employer, where they are others than the usual 39."""

from alembic import op
import sqlalchemy as sa

revision = '0046'
down_revision = '0045'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('organisation', sa.Column('weekly_hours', sa.Numeric(precision=4, scale=2), nullable=True))


def downgrade() -> None:
    op.drop_column('organisation', 'weekly_hours')
