"""With each invitation: until when its person knows of the meeting without a mail."""

from alembic import op
import sqlalchemy as sa


revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('invitation', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.add_column(sa.Column('silent_at', sa.DateTime(timezone=True), nullable=True))
    at = sa.DateTime(timezone=True)
    change = sa.table('meeting_change', sa.column('meeting_id'), sa.column('kind', sa.String), sa.column('at', at))
    row = sa.table('invitation', sa.column('meeting_id'), sa.column('silent_at', at), sa.column('mailed_sequence'))
    newest = sa.select(sa.func.max(change.c.at)).where(
        change.c.meeting_id == row.c.meeting_id, change.c.kind == 'silent'
    )
    # Who had never been mailed was still to be invited, whatever was said before.
    op.execute(row.update().where(row.c.mailed_sequence.is_not(None)).values(silent_at=newest.scalar_subquery()))


def downgrade() -> None:
    with op.batch_alter_table('invitation', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.drop_column('silent_at')
