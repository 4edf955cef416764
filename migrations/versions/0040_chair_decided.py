"""A vote keeps that the chair decided it; where it was carried with equal votes, nobody else can have."""

from alembic import op
import sqlalchemy as sa


revision = '0040'
down_revision = '0039'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('decision', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.add_column(sa.Column('chair_decided', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('decision', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.alter_column('chair_decided', server_default=None)
    decision = sa.table(
        'decision',
        sa.column('chair_decided', sa.Boolean),
        sa.column('means', sa.String),
        sa.column('result', sa.String),
        sa.column('yes', sa.Integer),
        sa.column('no', sa.Integer),
    )
    carried = sa.and_(decision.c.means == 'vote', decision.c.result == 'accepted')
    equal = sa.and_(decision.c.yes == decision.c.no, decision.c.yes > 0)
    op.execute(sa.update(decision).where(carried, equal).values(chair_decided=True))


def downgrade() -> None:
    with op.batch_alter_table('decision', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.drop_column('chair_decided')
