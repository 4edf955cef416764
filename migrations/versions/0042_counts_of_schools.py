"""How many pupils a school has and its Sozialindex are kept in the history from now on.

What they were before today was overwritten; that today's numbers held then would be a guess, so nothing is said of it.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from alembic import op
import sqlalchemy as sa


revision = '0042'
down_revision = '0041'
branch_labels = None
depends_on = None

COUNTS = ('pupils', 'social_index')
KEPT = sa.table(
    'earlier_value',
    sa.column('place_id', sa.Integer),
    sa.column('field', sa.String(40)),
    sa.column('value', sa.Text),
    sa.column('valid_until', sa.Date),
    sa.column('recorded_at', sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    school = sa.table('school', sa.column('place_id', sa.Integer), *(sa.column(one, sa.Integer) for one in COUNTS))
    now = datetime.now(UTC)
    for field in COUNTS:
        nobody_knows = sa.select(
            school.c.place_id,
            sa.literal(field, sa.String(40)),
            sa.literal('', sa.Text()),
            sa.literal(now.astimezone(ZoneInfo('Europe/Berlin')).date() - timedelta(days=1), sa.Date()),
            sa.literal(now, sa.DateTime(timezone=True)),
        ).where(school.c[field].is_not(None))
        op.execute(sa.insert(KEPT).from_select(list(KEPT.c.keys()), nobody_knows))


def downgrade() -> None:
    # What imports have kept since stays: the program before reads it as well.
    op.execute(sa.delete(KEPT).where(KEPT.c.field.in_(COUNTS), KEPT.c.value == ''))
