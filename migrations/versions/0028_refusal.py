"""An item that is not taken up keeps why, for whoever proposed it."""

from alembic import op
import sqlalchemy as sa


revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('agenda_item', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.add_column(sa.Column('refusal', sa.String(length=300), nullable=False, server_default=''))
    with op.batch_alter_table('agenda_item', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.alter_column('refusal', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('agenda_item', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.drop_column('refusal')
