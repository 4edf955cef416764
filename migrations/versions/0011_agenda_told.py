"""What agenda each sending of mails told: the next mail says what changed since."""

from alembic import op
import sqlalchemy as sa


revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'agenda_told',
        sa.Column('meeting_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('items', sa.JSON(), nullable=False),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_agenda_told_meeting_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_agenda_told')),
    )
    with op.batch_alter_table('agenda_told', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agenda_told_meeting_id'), ['meeting_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('agenda_told', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agenda_told_meeting_id'))

    op.drop_table('agenda_told')
