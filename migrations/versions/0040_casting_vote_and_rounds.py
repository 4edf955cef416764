"""A vote keeps that the chair decided it, minutes how often they went round and what is new in them.

A vote that was carried with equal numbers nobody else can have decided. How often minutes went round that are being
written on is not known.
"""

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
    with op.batch_alter_table('minutes', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.add_column(sa.Column('rounds', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('changed', sa.String(length=500), nullable=False, server_default=''))
    with op.batch_alter_table('minutes', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.alter_column('rounds', server_default=None)
        batch_op.alter_column('changed', server_default=None)
    minutes = sa.table('minutes', sa.column('rounds', sa.Integer), sa.column('state', sa.String))
    op.execute(sa.update(minutes).where(minutes.c.state.in_(('circulated', 'approved'))).values(rounds=1))


def downgrade() -> None:
    with op.batch_alter_table('minutes', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.drop_column('changed')
        batch_op.drop_column('rounds')
    with op.batch_alter_table('decision', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.drop_column('chair_decided')
