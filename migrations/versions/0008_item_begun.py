"""When the text of an item was begun: from it follows how long each item of a meeting took."""

from alembic import op
import sqlalchemy as sa

from coordination.core.db import UtcDateTime


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('item_text') as batch_op:
        batch_op.add_column(sa.Column('begun_at', UtcDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('item_text') as batch_op:
        batch_op.drop_column('begun_at')
