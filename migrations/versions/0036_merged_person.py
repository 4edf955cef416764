"""Entries of people that were put together, and pairs of which somebody said that they are two people."""

from alembic import op
import sqlalchemy as sa


revision = '0036'
down_revision = '0034'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'merged_person',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('old_id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=210), nullable=False),
        sa.Column('said', sa.JSON(), nullable=False),
        sa.Column('merged_on', sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name='fk_merged_person_person_id', ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name='pk_merged_person'),
        sa.UniqueConstraint('old_id', name='uq_merged_person_old_id'),
    )
    op.create_index('ix_merged_person_person_id', 'merged_person', ['person_id'])
    op.create_table(
        'two_people',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('first_id', sa.Integer(), nullable=False),
        sa.Column('second_id', sa.Integer(), nullable=False),
        sa.CheckConstraint('first_id < second_id', name='ck_two_people_order'),
        sa.ForeignKeyConstraint(['first_id'], ['person.id'], name='fk_two_people_first_id', ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['second_id'], ['person.id'], name='fk_two_people_second_id', ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name='pk_two_people'),
        sa.UniqueConstraint('first_id', 'second_id', name='uq_two_people_first_id_second_id'),
    )
    op.create_index('ix_two_people_second_id', 'two_people', ['second_id'])


def downgrade() -> None:
    op.drop_table('two_people')
    op.drop_table('merged_person')
