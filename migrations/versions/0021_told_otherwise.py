"""A mail that did not get through can be settled by telling its reader otherwise; reminders are known to their bodies.

And a meeting knows what the last change was that its guests may know of.
"""

from alembic import op
import sqlalchemy as sa


revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None

REMINDED = ('decision', 'task')


def upgrade() -> None:
    op.add_column('outbox_mail', sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('meeting', sa.Column('guests_revised_at', sa.DateTime(timezone=True), nullable=True))
    for table in REMINDED:
        op.add_column(table, sa.Column('reminder_mail_id', sa.Integer(), nullable=True))


def downgrade() -> None:
    for table in REMINDED:
        op.drop_column(table, 'reminder_mail_id')
    op.drop_column('meeting', 'guests_revised_at')
    op.drop_column('outbox_mail', 'settled_at')
