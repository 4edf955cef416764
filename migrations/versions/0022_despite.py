"""A decision keeps that its votes were recorded though they do not add up; a history says its own sentences by a code."""

from alembic import op
import sqlalchemy as sa


revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None

#: The sentence as it was stored so far, in the language of whoever acted.
BECAME_TASK = ('Daraus ist eine Aufgabe geworden.', 'It became a task.')


def _entries() -> sa.TableClause:
    return sa.table('status_entry', sa.column('note', sa.String), sa.column('told', sa.String))


def upgrade() -> None:
    with op.batch_alter_table('decision', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.add_column(sa.Column('despite_votes', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('decision', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.alter_column('despite_votes', server_default=None)
    with op.batch_alter_table('status_entry', schema=None) as batch_op:
        batch_op.add_column(sa.Column('told', sa.String(length=40), nullable=True))
    entry = _entries()
    op.execute(entry.update().where(entry.c.note.in_(BECAME_TASK)).values(told='became_task', note=''))


def downgrade() -> None:
    entry = _entries()
    op.execute(entry.update().where(entry.c.told == 'became_task').values(note=BECAME_TASK[0]))
    with op.batch_alter_table('status_entry', schema=None) as batch_op:
        batch_op.drop_column('told')
    with op.batch_alter_table('decision', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.drop_column('despite_votes')
