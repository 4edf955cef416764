"""Whether somebody is there in school holidays; what is there already says nothing of it."""

from alembic import op
import sqlalchemy as sa


revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None

ANSWER = sa.Enum('no', 'yes', 'by_arrangement', name='holidaypresence', native_enum=False, length=40)


def upgrade() -> None:
    with op.batch_alter_table('assignment', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.add_column(sa.Column('in_holidays', ANSWER, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('assignment', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.drop_column('in_holidays')
