"""Offers that were entered by mistake, kept while their removal can be taken back."""

from alembic import op
import sqlalchemy as sa

revision = '0041'
down_revision = '0040'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'removed_offer',
        sa.Column('offer_id', sa.Integer(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('said', sa.JSON(), nullable=False),
        sa.Column('removed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_removed_offer')),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f('ix_removed_offer_removed_at'), 'removed_offer', ['removed_at'])


def downgrade() -> None:
    op.drop_table('removed_offer')
