"""Search: the words of titles by length, from both ends, so that the few that are near a mistyped one are read alone."""

from alembic import op
import sqlalchemy as sa


revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None

BATCH = 2000
# Each word of a title as it is and, turned, from its end. SQLite cannot turn words: the entry has them turned.
SQLITE_ROWS = """INSERT INTO search_title (is_turned, length, word, entry_id)
        SELECT 0, length(value), value, {entry}.id
        FROM {source} json_each('["' || replace({entry}.title_words, ' ', '","') || '"]') WHERE value <> ''
        UNION ALL SELECT 1, length(value), value, {entry}.id
        FROM {source} json_each('["' || replace({entry}.turned_words, ' ', '","') || '"]') WHERE value <> ''"""
SQLITE_UP = (
    f"""CREATE TRIGGER search_title_added AFTER INSERT ON search_entry BEGIN
        {SQLITE_ROWS.format(entry="new", source="")};
    END""",
    """CREATE TRIGGER search_title_removed AFTER DELETE ON search_entry BEGIN
        DELETE FROM search_title WHERE entry_id = old.id;
    END""",
    f"""CREATE TRIGGER search_title_changed AFTER UPDATE OF title_words ON search_entry BEGIN
        DELETE FROM search_title WHERE entry_id = old.id;
        {SQLITE_ROWS.format(entry="new", source="")};
    END""",
)
POSTGRESQL_ROWS = """INSERT INTO search_title (is_turned, length, word, entry_id)
            SELECT turned = 2, length(word), word, {entry}.id
            FROM {source} unnest(ARRAY[{entry}.title_words, {entry}.turned_words]) WITH ORDINALITY AS both_ways (text, turned),
                unnest(string_to_array(text, ' ')) AS word WHERE word <> ''"""
POSTGRESQL_UP = (
    f"""CREATE FUNCTION search_title_follow() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'INSERT' THEN
            DELETE FROM search_title WHERE entry_id = old.id;
        END IF;
        IF TG_OP <> 'DELETE' THEN
            {POSTGRESQL_ROWS.format(entry="new", source="")};
        END IF;
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER search_title_added AFTER INSERT OR DELETE ON search_entry
        FOR EACH ROW EXECUTE FUNCTION search_title_follow()""",
    """CREATE TRIGGER search_title_changed AFTER UPDATE OF title_words ON search_entry
        FOR EACH ROW EXECUTE FUNCTION search_title_follow()""",
)


def upgrade() -> None:
    connection = op.get_bind()
    is_sqlite = connection.dialect.name == 'sqlite'
    op.add_column('search_entry', sa.Column('turned_words', sa.Text(), nullable=False, server_default=''))
    op.create_table(
        'search_title',
        sa.Column('is_turned', sa.Boolean(), nullable=False),
        sa.Column('length', sa.SmallInteger(), nullable=False),
        sa.Column('word', sa.Text() if is_sqlite else sa.Text(collation='C'), nullable=False),
        sa.Column('entry_id', sa.Integer(), nullable=False),
    )
    _turn(connection)
    rows = SQLITE_ROWS if is_sqlite else POSTGRESQL_ROWS
    op.execute(sa.text(rows.format(entry='search_entry', source='search_entry,').replace(':', '\\:')))
    op.create_index('ix_search_title_word', 'search_title', ['is_turned', 'length', 'word', 'entry_id'])
    op.create_index('ix_search_title_entry', 'search_title', ['entry_id'])
    for statement in SQLITE_UP if is_sqlite else POSTGRESQL_UP:
        op.execute(statement)


def _turn(connection: sa.Connection) -> None:
    """Turn the words of the entries that are there."""
    last = 0
    page = sa.text('SELECT id, title_words FROM search_entry WHERE id > :last ORDER BY id LIMIT :batch')
    while rows := connection.execute(page, {'last': last, 'batch': BATCH}).all():
        turned = [{'id': key, 'turned': ' '.join(word[::-1] for word in words.split())} for key, words in rows]
        connection.execute(sa.text('UPDATE search_entry SET turned_words = :turned WHERE id = :id'), turned)
        last = rows[-1][0]


def downgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        for name in ('added', 'removed', 'changed'):
            op.execute(f'DROP TRIGGER search_title_{name}')
    else:
        op.execute('DROP TRIGGER search_title_added ON search_entry')
        op.execute('DROP TRIGGER search_title_changed ON search_entry')
        op.execute('DROP FUNCTION search_title_follow()')
    op.drop_table('search_title')
    op.drop_column('search_entry', 'turned_words')
