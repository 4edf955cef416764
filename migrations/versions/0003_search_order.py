"""Search: what is over stands behind; a list of words on PostgreSQL, read in order instead of collected."""

from alembic import op
import sqlalchemy as sa


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

# A word as such (place 0 in the title, 1 elsewhere), and its ends of three letters and more (2), so that what stands
# inside a word begins one of them. Numbers are looked for from their beginning only.
WORDS_OF = """SELECT DISTINCT {entry}.kind,
        CASE WHEN start > 1 THEN 2 WHEN word = ANY (string_to_array({entry}.title_words, ' ')) THEN 0 ELSE 1 END,
        substr(word, start), {entry}.id
    FROM {source} unnest(string_to_array({entry}.words, ' ')) AS word,
        generate_series(1, CASE WHEN word ~ '^[0-9]' THEN 1 ELSE greatest(length(word) - 2, 1) END) AS start
    WHERE word <> ''"""
POSTGRESQL_UP = (
    """CREATE TABLE search_term (
        kind text NOT NULL, place smallint NOT NULL, word text COLLATE "C" NOT NULL, entry_id integer NOT NULL
    )""",
    f"""CREATE FUNCTION search_term_follow() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'INSERT' THEN
            DELETE FROM search_term WHERE entry_id = old.id;
        END IF;
        IF TG_OP <> 'DELETE' THEN
            INSERT INTO search_term (kind, place, word, entry_id)
            {WORDS_OF.format(entry="new", source="")};
        END IF;
        RETURN NULL;
    END $$""",
    f"""INSERT INTO search_term (kind, place, word, entry_id)
        {WORDS_OF.format(entry="search_entry", source="search_entry,")}""",
    "CREATE INDEX ix_search_term_word ON search_term (kind, place, word, entry_id)",
    "CREATE INDEX ix_search_term_entry ON search_term (entry_id)",
    """CREATE TRIGGER search_term_added AFTER INSERT OR DELETE ON search_entry
        FOR EACH ROW EXECUTE FUNCTION search_term_follow()""",
    """CREATE TRIGGER search_term_changed AFTER UPDATE OF title_words, words ON search_entry
        FOR EACH ROW EXECUTE FUNCTION search_term_follow()""",
    # Each search would read the list of what is not yet in the index first.
    "ALTER INDEX ix_search_entry_title_tokens SET (fastupdate = off)",
    "ALTER INDEX ix_search_entry_tokens SET (fastupdate = off)",
    "SELECT gin_clean_pending_list('ix_search_entry_title_tokens')",
    "SELECT gin_clean_pending_list('ix_search_entry_tokens')",
    "ALTER TABLE search_entry DROP COLUMN trigrams",
    "DROP FUNCTION search_trigrams(text)",
)
POSTGRESQL_DOWN = (
    """CREATE FUNCTION search_trigrams(words text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT coalesce(array_agg(DISTINCT substr(word, start, 3)), '{}')
        FROM regexp_split_to_table(words, ' ') AS word, generate_series(1, length(word) - 2) AS start
    $$""",
    "ALTER TABLE search_entry ADD COLUMN trigrams text[] GENERATED ALWAYS AS (search_trigrams(words)) STORED",
    "CREATE INDEX ix_search_entry_trigrams ON search_entry USING gin (trigrams)",
)
KNOWN_ENDS = (
    ("person", "SELECT valid_until FROM person WHERE person.id = subject_id"),
    ("organisation", "SELECT valid_until FROM organisation WHERE organisation.id = subject_id"),
    ("place", "SELECT coalesce(place.valid_until, school.gone_since) FROM place LEFT JOIN school"
              " ON school.place_id = place.id WHERE place.id = subject_id"),
)


def upgrade() -> None:
    op.add_column('search_entry', sa.Column('valid_until', sa.Date(), nullable=True))
    for kind, ends in KNOWN_ENDS:
        op.execute(f"UPDATE search_entry SET valid_until = ({ends}) WHERE kind = '{kind}'")
    if op.get_bind().dialect.name != 'sqlite':
        for statement in POSTGRESQL_UP:
            op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name != 'sqlite':
        op.execute('DROP TRIGGER search_term_added ON search_entry')
        op.execute('DROP TRIGGER search_term_changed ON search_entry')
        op.execute('DROP FUNCTION search_term_follow()')
        op.execute('DROP TABLE search_term')
        for name in ('title_tokens', 'tokens'):
            op.execute(f'ALTER INDEX ix_search_entry_{name} RESET (fastupdate)')
        for statement in POSTGRESQL_DOWN:
            op.execute(statement)
    op.drop_column('search_entry', 'valid_until')
