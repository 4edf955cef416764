"""A mail about a meeting knows whose it is: two people may share one address."""

from alembic import op
import sqlalchemy as sa


revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

#: Whose mail it was is found by the first mail of an invitation, else by the address.
WHOSE = """
UPDATE outbox_mail SET person_id = COALESCE(
    (SELECT invitation.person_id FROM invitation WHERE invitation.first_message_id = outbox_mail.message_id),
    (SELECT MIN(person.id) FROM invitation JOIN person ON person.id = invitation.person_id
     WHERE outbox_mail.about IN ('meeting:' || invitation.meeting_id, 'meeting.reminder:' || invitation.meeting_id)
     AND person.email = outbox_mail.recipient)
) WHERE about LIKE 'meeting%'
"""


def upgrade() -> None:
    with op.batch_alter_table('outbox_mail', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.add_column(sa.Column('person_id', sa.Integer(), nullable=True))
    op.execute(WHOSE)


def downgrade() -> None:
    with op.batch_alter_table('outbox_mail', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.drop_column('person_id')
