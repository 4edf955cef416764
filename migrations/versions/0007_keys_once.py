"""On SQLite, the key of a deleted row is never given again: trail, mails and signed links name rows by their key.

Topics can be merged into others and keep what they were called.
"""

from alembic import op
import sqlalchemy as sa


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

TABLES = (
    'absence', 'agenda_item', 'assignment', 'assignment_step', 'body', 'decision', 'deputy', 'district', 'feedback',
    'invitation', 'job', 'meeting', 'membership', 'minutes', 'organisation', 'outbox_mail', 'person', 'place', 'seat',
    'stored_file', 'task', 'topic', 'user_account',
)
# Where keys stand without a foreign key: rows that are gone already keep theirs too.
SUBJECTS = (('audit_entry', 'subject'), ('outbox_mail', 'about'))
COLUMNS = {
    'assignment': (('assignment_step', 'assignment_id'),),
    'user_account': (
        ('answer_entry', 'entered_by_id'),
        ('audit_entry', 'user_id'),
        ('feedback', 'user_id'),
        ('invitation', 'entered_by_id'),
        ('item_text', 'saved_by_id'),
        ('job', 'user_id'),
        ('meeting_change', 'user_id'),
        ('status_entry', 'user_id'),
        ('stored_file', 'added_by_id'),
    ),
}


def _rebuild(once: bool) -> None:
    for name in TABLES:
        with op.batch_alter_table(name, recreate='always', table_kwargs={'sqlite_autoincrement': once}):
            pass


def _highest(name: str) -> int:
    keys = [f"SELECT max(id) FROM {name}"]
    keys += [
        f"SELECT max(CAST(substr({column}, {len(name) + 2}) AS INTEGER)) FROM {table} WHERE {column} LIKE '{name}:%'"
        for table, column in SUBJECTS
    ]
    keys += [f"SELECT max({column}) FROM {table}" for table, column in COLUMNS.get(name, ())]
    found = op.get_bind().execute(sa.text(" UNION ALL ".join(keys))).scalars()
    return max((key for key in found if key is not None), default=0)


def upgrade() -> None:
    with op.batch_alter_table('topic') as batch_op:
        batch_op.add_column(sa.Column('merged_into_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('merged_on', sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f('ix_topic_merged_into_id'), ['merged_into_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_topic_merged_into_id'), 'topic', ['merged_into_id'], ['id'])
    if op.get_bind().dialect.name != 'sqlite':
        return
    _rebuild(True)
    for name in TABLES:
        op.execute(f"DELETE FROM sqlite_sequence WHERE name = '{name}'")
        op.execute(f"INSERT INTO sqlite_sequence (name, seq) VALUES ('{name}', {_highest(name)})")


def downgrade() -> None:
    with op.batch_alter_table('topic') as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_topic_merged_into_id'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_topic_merged_into_id'))
        batch_op.drop_column('merged_on')
        batch_op.drop_column('merged_into_id')
    if op.get_bind().dialect.name == 'sqlite':
        _rebuild(False)
