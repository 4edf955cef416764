"""Search: PostgreSQL keeps the words of many new entries at once, and of a changed entry only those that are others."""

from alembic import op


revision = '0053'
down_revision = '0052'
branch_labels = None
depends_on = None

# As 0003 and 0037 say: a word as such (place 0 in the title, 1 elsewhere) and its ends (2); what belongs to a thing
# behind these, as such (3) and its ends (4). Ordered as bytes, as the index is.
WORDS = """SELECT {entry}.kind, {place}, substr(word, start) COLLATE "C", {entry}.id
        FROM {source} unnest(string_to_array({entry}.{column}, ' ')) AS word,
            generate_series(1, CASE WHEN word ~ '^[0-9]' THEN 1 ELSE greatest(length(word) - 2, 1) END) AS start
        WHERE word <> ''"""
TITLE_ROWS = """SELECT turned = 2, length(word), word, {entry}.id
        FROM {source} unnest(ARRAY[{entry}.title_words, {entry}.turned_words]) WITH ORDINALITY AS both_ways (text, turned),
            unnest(string_to_array(text, ' ')) AS word WHERE word <> ''"""


def _words(entry: str, source: str) -> str:
    title = f"word = ANY (string_to_array({entry}.title_words, ' '))"
    own = f'CASE WHEN start > 1 THEN 2 WHEN {title} THEN 0 ELSE 1 END'
    near = 'CASE WHEN start > 1 THEN 4 ELSE 3 END'
    places = ('words', own), ('near_words', near)
    parts = (WORDS.format(entry=entry, source=source, column=column, place=place) for column, place in places)
    return f"SELECT DISTINCT * FROM ({' UNION ALL '.join(parts)}) AS found (kind, place, word, entry_id)"


def _function(name: str, *statements: str) -> str:
    body = '; '.join(statements)
    return f'CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body}; RETURN NULL; END $$'


INTO_TERM = 'INSERT INTO search_term (kind, place, word, entry_id)'
INTO_TITLE = 'INSERT INTO search_title (is_turned, length, word, entry_id)'
# What an entry keeps stays as it is: most of its words are the same after a change.
CHANGE_TERM = f"""WITH wanted AS MATERIALIZED ({_words('new', '')}),
        kept AS MATERIALIZED (SELECT kind, place, word FROM search_term WHERE entry_id = new.id),
        gone AS (DELETE FROM search_term WHERE entry_id = new.id AND NOT EXISTS (
            SELECT FROM wanted WHERE wanted.kind = search_term.kind AND wanted.place = search_term.place
                AND wanted.word = search_term.word))
    {INTO_TERM} SELECT * FROM wanted WHERE NOT EXISTS (
        SELECT FROM kept WHERE kept.kind = wanted.kind AND kept.place = wanted.place AND kept.word = wanted.word)"""
UP = (
    _function('search_term_add', f"{INTO_TERM} {_words('fresh', 'fresh,')} ORDER BY kind, place, word, entry_id"),
    _function('search_term_change', CHANGE_TERM),
    _function('search_term_remove', 'DELETE FROM search_term WHERE entry_id = old.id'),
    _function('search_title_add', f"{INTO_TITLE} {TITLE_ROWS.format(entry='fresh', source='fresh,')} ORDER BY 1, 2, 3, 4"),
    _function(
        'search_title_change',
        'DELETE FROM search_title WHERE entry_id = old.id',
        f"{INTO_TITLE} {TITLE_ROWS.format(entry='new', source='')}",
    ),
    _function('search_title_remove', 'DELETE FROM search_title WHERE entry_id = old.id'),
)
CHANGED = {'term': ('title_words', 'words', 'near_words'), 'title': ('title_words',)}


def _triggers(kind: str) -> list[str]:
    columns = CHANGED[kind]
    is_other = ' OR '.join(f'old.{one} IS DISTINCT FROM new.{one}' for one in columns)
    return [
        f'DROP TRIGGER search_{kind}_added ON search_entry',
        f'DROP TRIGGER search_{kind}_changed ON search_entry',
        f'DROP FUNCTION search_{kind}_follow()',
        f"""CREATE TRIGGER search_{kind}_added AFTER INSERT ON search_entry
            REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION search_{kind}_add()""",
        f"""CREATE TRIGGER search_{kind}_changed AFTER UPDATE OF {', '.join(columns)} ON search_entry
            FOR EACH ROW WHEN ({is_other}) EXECUTE FUNCTION search_{kind}_change()""",
        f"""CREATE TRIGGER search_{kind}_removed AFTER DELETE ON search_entry
            FOR EACH ROW EXECUTE FUNCTION search_{kind}_remove()""",
    ]


def _before(kind: str, into: str, rows: str) -> list[str]:
    """Return the statements that bring back what followed row by row."""
    return [
        *(f'DROP TRIGGER search_{kind}_{name} ON search_entry' for name in ('added', 'changed', 'removed')),
        *(f'DROP FUNCTION search_{kind}_{name}()' for name in ('add', 'change', 'remove')),
        _function(
            f'search_{kind}_follow',
            f"IF TG_OP <> 'INSERT' THEN DELETE FROM search_{kind} WHERE entry_id = old.id; END IF",
            f"IF TG_OP <> 'DELETE' THEN {into} {rows}; END IF",
        ),
        f"""CREATE TRIGGER search_{kind}_added AFTER INSERT OR DELETE ON search_entry
            FOR EACH ROW EXECUTE FUNCTION search_{kind}_follow()""",
        f"""CREATE TRIGGER search_{kind}_changed AFTER UPDATE OF {', '.join(CHANGED[kind])} ON search_entry
            FOR EACH ROW EXECUTE FUNCTION search_{kind}_follow()""",
    ]


def upgrade() -> None:
    if op.get_bind().dialect.name != 'sqlite':
        for statement in (*UP, *_triggers('term'), *_triggers('title')):
            op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name != 'sqlite':
        title = TITLE_ROWS.format(entry='new', source='')
        for statement in (*_before('term', INTO_TERM, _words('new', '')), *_before('title', INTO_TITLE, title)):
            op.execute(statement)
