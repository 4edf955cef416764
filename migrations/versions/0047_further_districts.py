"""Which districts a place works for besides the one that it lies in."""

from alembic import op
import sqlalchemy as sa

revision = '0047'
down_revision = '0046'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'place_further_district',
        sa.Column('place_id', sa.Integer(), nullable=False),
        sa.Column('district_id', sa.Integer(), nullable=False),
        sa.Column('valid_from', sa.Date(), nullable=True),
        sa.Column('valid_until', sa.Date(), nullable=True),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.CheckConstraint(
            'valid_until IS NULL OR valid_from IS NULL OR valid_until >= valid_from',
            name=op.f('ck_place_further_district_span'),
        ),
        sa.ForeignKeyConstraint(
            ['place_id'], ['place.id'], name=op.f('fk_place_further_district_place_id'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['district_id'],
            ['district.id'],
            name=op.f('fk_place_further_district_district_id'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_place_further_district')),
    )
    op.create_index(op.f('ix_place_further_district_place_id'), 'place_further_district', ['place_id'])
    op.create_index('ix_place_further_district_both', 'place_further_district', ['district_id', 'place_id'])


def downgrade() -> None:
    op.drop_table('place_further_district')
