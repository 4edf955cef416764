"""The search index: one table, FTS5 beside it on SQLite, generated columns with GIN on PostgreSQL."""

from alembic import op
import sqlalchemy as sa


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

SQLITE_UP = (
    "CREATE VIRTUAL TABLE search_word USING fts5(title_words, words, content='search_entry', content_rowid='id', prefix='2 3 4')",
    "CREATE VIRTUAL TABLE search_part USING fts5(words, content='search_entry', content_rowid='id', tokenize='trigram')",
    """CREATE TRIGGER search_entry_added AFTER INSERT ON search_entry BEGIN
        INSERT INTO search_word(rowid, title_words, words) VALUES (new.id, new.title_words, new.words);
        INSERT INTO search_part(rowid, words) VALUES (new.id, new.words);
    END""",
    """CREATE TRIGGER search_entry_removed AFTER DELETE ON search_entry BEGIN
        INSERT INTO search_word(search_word, rowid, title_words, words) VALUES ('delete', old.id, old.title_words, old.words);
        INSERT INTO search_part(search_part, rowid, words) VALUES ('delete', old.id, old.words);
    END""",
    """CREATE TRIGGER search_entry_changed AFTER UPDATE ON search_entry BEGIN
        INSERT INTO search_word(search_word, rowid, title_words, words) VALUES ('delete', old.id, old.title_words, old.words);
        INSERT INTO search_part(search_part, rowid, words) VALUES ('delete', old.id, old.words);
        INSERT INTO search_word(rowid, title_words, words) VALUES (new.id, new.title_words, new.words);
        INSERT INTO search_part(rowid, words) VALUES (new.id, new.words);
    END""",
)
# Trigrams of each word by a function of ours: no extension has to be installed.
POSTGRESQL_UP = (
    """CREATE FUNCTION search_trigrams(words text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT coalesce(array_agg(DISTINCT substr(word, start, 3)), '{}')
        FROM regexp_split_to_table(words, ' ') AS word, generate_series(1, length(word) - 2) AS start
    $$""",
    "ALTER TABLE search_entry ADD COLUMN title_tokens tsvector GENERATED ALWAYS AS (to_tsvector('simple', title_words)) STORED",
    "ALTER TABLE search_entry ADD COLUMN tokens tsvector GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED",
    "ALTER TABLE search_entry ADD COLUMN trigrams text[] GENERATED ALWAYS AS (search_trigrams(words)) STORED",
    "CREATE INDEX ix_search_entry_title_tokens ON search_entry USING gin (title_tokens)",
    "CREATE INDEX ix_search_entry_tokens ON search_entry USING gin (tokens)",
    "CREATE INDEX ix_search_entry_trigrams ON search_entry USING gin (trigrams)",
)


def upgrade() -> None:
    op.create_table(
        'search_entry',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=20), nullable=False),
        sa.Column('subject_id', sa.Integer(), nullable=False),
        sa.Column('title_words', sa.Text(), nullable=False),
        sa.Column('words', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_search_entry')),
        sa.UniqueConstraint('kind', 'subject_id', name=op.f('uq_search_entry_kind_subject_id')),
    )
    is_sqlite = op.get_bind().dialect.name == 'sqlite'
    for statement in SQLITE_UP if is_sqlite else POSTGRESQL_UP:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        op.execute('DROP TABLE search_word')
        op.execute('DROP TABLE search_part')
    op.drop_table('search_entry')
    if op.get_bind().dialect.name != 'sqlite':
        op.execute('DROP FUNCTION search_trigrams(text)')
