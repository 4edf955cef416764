"""Names in German order: a key to sort people and places by, the same on both databases."""

from alembic import op
import sqlalchemy as sa

from coordination.core.collation import sort_key

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

KEY = sa.String(length=200).with_variant(sa.String(length=200, collation='C'), 'postgresql')


def upgrade() -> None:
    for name, indexes in TABLES.items():
        with op.batch_alter_table(name) as batch_op:
            batch_op.add_column(sa.Column('sort_name', KEY, nullable=False, server_default=''))
        _fill(name)
        with op.batch_alter_table(name) as batch_op:
            batch_op.alter_column('sort_name', existing_type=KEY, existing_nullable=False, server_default=None)
            for index, columns in indexes.items():
                batch_op.create_index(index, columns, unique=False)


def downgrade() -> None:
    for name, indexes in TABLES.items():
        with op.batch_alter_table(name) as batch_op:
            for index in indexes:
                batch_op.drop_index(index)
            batch_op.drop_column('sort_name')


TABLES = {
    'person': {'ix_person_sort_name': ['sort_name']},
    'place': {
        'ix_place_sort_name': ['sort_name'],
        'ix_place_district_sort': ['district_id', 'sort_name'],
        'ix_place_kind_sort': ['kind', 'sort_name'],
    },
}
NAMES = {'person': ('family_name', 'given_name'), 'place': ('name',)}


def _fill(name: str) -> None:
    columns = [sa.column(column) for column in ('id', 'sort_name', *NAMES[name])]
    table = sa.table(name, *columns)
    connection = op.get_bind()
    rows = connection.execute(sa.select(table)).mappings().all()
    keys = [{'key': row['id'], 'value': sort_key(*(row[column] for column in NAMES[name]))} for row in rows]
    if keys:
        connection.execute(
            sa.update(table).where(table.c.id == sa.bindparam('key')).values(sort_name=sa.bindparam('value')), keys
        )
