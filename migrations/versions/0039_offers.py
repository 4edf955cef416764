"""Offers and projects at places."""

from alembic import op
import sqlalchemy as sa

revision = '0039'
down_revision = '0038'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'offer',
        sa.Column('place_id', sa.Integer(), nullable=False),
        sa.Column('organisation_id', sa.Integer(), nullable=True),
        sa.Column(
            'kind', sa.Enum('offer', 'project', name='offerkind', native_enum=False, length=40), nullable=False
        ),
        sa.Column('name', sa.String(length=120), nullable=False),
        sa.Column('times', sa.String(length=200), nullable=False),
        sa.Column('audience', sa.String(length=120), nullable=False),
        sa.Column('link', sa.String(length=300), nullable=False),
        sa.Column('valid_from', sa.Date(), nullable=False),
        sa.Column('valid_until', sa.Date(), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.CheckConstraint('valid_until IS NULL OR valid_until >= valid_from', name=op.f('ck_offer_span')),
        sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_offer_organisation_id')),
        sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_offer_place_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_offer')),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f('ix_offer_organisation_id'), 'offer', ['organisation_id'])
    op.create_index(op.f('ix_offer_place_id'), 'offer', ['place_id'])


def downgrade() -> None:
    op.drop_table('offer')
