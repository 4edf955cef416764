"""Search: the words of what belongs to a thing, found behind its own. ``flask search rebuild`` fills them."""

from alembic import op
import sqlalchemy as sa


revision = '0037'
down_revision = '0036'
branch_labels = None
depends_on = None

OLD, NEW = ('title_words', 'words'), ('title_words', 'words', 'near_words')
TRIGGERS = ('search_entry_added', 'search_entry_removed', 'search_entry_changed')


def _sqlite(columns: tuple[str, ...]) -> list[str]:
    """Return the statements that make the full-text tables over some columns, and what keeps them in step."""
    parts = columns[1:]
    word, part = ', '.join(columns), ', '.join(parts)
    adding = (
        f"INSERT INTO search_word(rowid, {word}) VALUES (new.id, {', '.join(f'new.{one}' for one in columns)});"
        f" INSERT INTO search_part(rowid, {part}) VALUES (new.id, {', '.join(f'new.{one}' for one in parts)});"
    )
    removing = (
        f"INSERT INTO search_word(search_word, rowid, {word})"
        f" VALUES ('delete', old.id, {', '.join(f'old.{one}' for one in columns)});"
        f" INSERT INTO search_part(search_part, rowid, {part})"
        f" VALUES ('delete', old.id, {', '.join(f'old.{one}' for one in parts)});"
    )
    return [
        *(f'DROP TRIGGER {name}' for name in TRIGGERS),
        'DROP TABLE search_word',
        'DROP TABLE search_part',
        f"CREATE VIRTUAL TABLE search_word USING fts5({word}, content='search_entry', content_rowid='id', prefix='2 3 4')",
        f"CREATE VIRTUAL TABLE search_part USING fts5({part}, content='search_entry', content_rowid='id', tokenize='trigram')",
        f'CREATE TRIGGER search_entry_added AFTER INSERT ON search_entry BEGIN {adding} END',
        f'CREATE TRIGGER search_entry_removed AFTER DELETE ON search_entry BEGIN {removing} END',
        f'CREATE TRIGGER search_entry_changed AFTER UPDATE ON search_entry BEGIN {removing} {adding} END',
        "INSERT INTO search_word(search_word) VALUES ('rebuild')",
        "INSERT INTO search_part(search_part) VALUES ('rebuild')",
    ]


# As 0003 made them: a word as such (place 0 in the title, 1 elsewhere) and its ends (2). What belongs to a thing has
# places of its own behind these: its words as such (3) and their ends (4).
WORDS = """SELECT DISTINCT new.kind, {place}, substr(word, start), new.id
            FROM unnest(string_to_array(new.{column}, ' ')) AS word,
                generate_series(1, CASE WHEN word ~ '^[0-9]' THEN 1 ELSE greatest(length(word) - 2, 1) END) AS start
            WHERE word <> ''"""
OWN = WORDS.format(
    column='words',
    place="CASE WHEN start > 1 THEN 2 WHEN word = ANY (string_to_array(new.title_words, ' ')) THEN 0 ELSE 1 END",
)
NEAR = WORDS.format(column='near_words', place='CASE WHEN start > 1 THEN 4 ELSE 3 END')


def _postgresql(follow: str, columns: str, tokens: str) -> list[str]:
    return [
        'ALTER TABLE search_entry DROP COLUMN tokens',
        f'ALTER TABLE search_entry ADD COLUMN tokens tsvector GENERATED ALWAYS AS ({tokens}) STORED',
        'CREATE INDEX ix_search_entry_tokens ON search_entry USING gin (tokens) WITH (fastupdate = off)',
        f"""CREATE OR REPLACE FUNCTION search_term_follow() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'INSERT' THEN
            DELETE FROM search_term WHERE entry_id = old.id;
        END IF;
        IF TG_OP <> 'DELETE' THEN
            INSERT INTO search_term (kind, place, word, entry_id)
            {follow};
        END IF;
        RETURN NULL;
    END $$""",
        'DROP TRIGGER search_term_changed ON search_entry',
        f"""CREATE TRIGGER search_term_changed AFTER UPDATE OF {columns} ON search_entry
        FOR EACH ROW EXECUTE FUNCTION search_term_follow()""",
    ]


POSTGRESQL_UP = _postgresql(
    f'{OWN} UNION ALL {NEAR}',
    'title_words, words, near_words',
    "setweight(to_tsvector('simple', words), 'A') || setweight(to_tsvector('simple', near_words), 'C')",
)
POSTGRESQL_DOWN = ['DELETE FROM search_term WHERE place > 2', *_postgresql(OWN, 'title_words, words', "to_tsvector('simple', words)")]


def _mark(old: str, new: str) -> None:
    """Let the word that marks a kind be one inside which no typed word stands: "kind" found everything on SQLite."""
    connection = op.get_bind()
    for (kind,) in connection.execute(sa.text('SELECT DISTINCT kind FROM search_entry')).all():
        marks = {'plain': f'0kind0{kind}', 'spread': '0' + '0'.join(kind.replace('_', ''))}
        connection.execute(
            sa.text('UPDATE search_entry SET words = replace(words, :old, :new) WHERE kind = :kind'),
            {'old': marks[old], 'new': marks[new], 'kind': kind},
        )


def upgrade() -> None:
    _mark('plain', 'spread')
    op.add_column('search_entry', sa.Column('near_words', sa.Text(), nullable=False, server_default=''))
    for statement in _sqlite(NEW) if op.get_bind().dialect.name == 'sqlite' else POSTGRESQL_UP:
        op.execute(statement)


def downgrade() -> None:
    _mark('spread', 'plain')
    for statement in _sqlite(OLD) if op.get_bind().dialect.name == 'sqlite' else POSTGRESQL_DOWN:
        op.execute(statement)
    op.drop_column('search_entry', 'near_words')
