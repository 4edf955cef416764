"""Which place follows which, from a day on."""

from alembic import op
import sqlalchemy as sa

revision = '0043'
down_revision = '0042'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'place_succession',
        sa.Column('predecessor_id', sa.Integer(), nullable=False),
        sa.Column('successor_id', sa.Integer(), nullable=False),
        sa.Column('on_day', sa.Date(), nullable=False),
        sa.Column('source_note', sa.String(length=300), nullable=False),
        sa.Column('ends_predecessor', sa.Boolean(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.CheckConstraint('predecessor_id <> successor_id', name=op.f('ck_place_succession_two_places')),
        sa.ForeignKeyConstraint(
            ['predecessor_id'], ['place.id'], name=op.f('fk_place_succession_predecessor_id_place'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['successor_id'], ['place.id'], name=op.f('fk_place_succession_successor_id_place'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_place_succession')),
        sa.UniqueConstraint(
            'predecessor_id', 'successor_id', name=op.f('uq_place_succession_predecessor_id_successor_id')
        ),
        sqlite_autoincrement=True,
    )
    for column in ('predecessor_id', 'successor_id', 'on_day'):
        op.create_index(op.f(f'ix_place_succession_{column}'), 'place_succession', [column])


def downgrade() -> None:
    op.drop_table('place_succession')
