"""Social spaces, what they were called before, and which places belong to them."""

from alembic import op
import sqlalchemy as sa

revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'social_space',
        sa.Column('name', sa.String(length=80), nullable=False),
        sa.Column('short_name', sa.String(length=20), nullable=False),
        sa.Column('district_id', sa.Integer(), nullable=True),
        sa.Column('entered_on', sa.Date(), nullable=False),
        sa.Column('valid_until', sa.Date(), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['district_id'], ['district.id'], name=op.f('fk_social_space_district_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_social_space')),
        sa.UniqueConstraint('name', name=op.f('uq_social_space_name')),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f('ix_social_space_district_id'), 'social_space', ['district_id'])
    op.create_table(
        'earlier_space_name',
        sa.Column('social_space_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=80), nullable=False),
        sa.Column('valid_until', sa.Date(), nullable=False),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['social_space_id'],
            ['social_space.id'],
            name=op.f('fk_earlier_space_name_social_space_id'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_earlier_space_name')),
        sa.UniqueConstraint(
            'social_space_id', 'valid_until', name=op.f('uq_earlier_space_name_social_space_id_valid_until')
        ),
    )
    op.create_table(
        'place_social_space',
        sa.Column('place_id', sa.Integer(), nullable=False),
        sa.Column('social_space_id', sa.Integer(), nullable=False),
        sa.Column(
            'origin',
            sa.Enum('entered', 'imported', name='spaceorigin', native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column('valid_from', sa.Date(), nullable=True),
        sa.Column('valid_until', sa.Date(), nullable=True),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.CheckConstraint(
            'valid_until IS NULL OR valid_from IS NULL OR valid_until >= valid_from',
            name=op.f('ck_place_social_space_span'),
        ),
        sa.ForeignKeyConstraint(
            ['place_id'], ['place.id'], name=op.f('fk_place_social_space_place_id'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['social_space_id'],
            ['social_space.id'],
            name=op.f('fk_place_social_space_social_space_id'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_place_social_space')),
    )
    op.create_index(op.f('ix_place_social_space_place_id'), 'place_social_space', ['place_id'])
    op.create_index('ix_place_social_space_both', 'place_social_space', ['social_space_id', 'place_id'])


def downgrade() -> None:
    op.drop_table('place_social_space')
    op.drop_table('earlier_space_name')
    op.drop_table('social_space')
