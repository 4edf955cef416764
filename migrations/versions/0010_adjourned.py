"""An item that a meeting adjourned keeps its place and number; one that was put off before it has none."""

from alembic import op
import sqlalchemy as sa


revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

HELD = ('running', 'minutes_open', 'closed')


def _change(before: str, after: str) -> None:
    item = sa.table('agenda_item', sa.column('state', sa.String), sa.column('meeting_id', sa.Integer))
    meeting = sa.table('meeting', sa.column('id', sa.Integer), sa.column('state', sa.String))
    held = sa.select(meeting.c.id).where(meeting.c.state.in_(HELD))
    op.execute(item.update().where(item.c.state == before, item.c.meeting_id.in_(held)).values(state=after))


def upgrade() -> None:
    _change('left_over', 'adjourned')


def downgrade() -> None:
    _change('adjourned', 'left_over')
