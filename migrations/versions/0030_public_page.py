"""Whether the public page is there: one row, made when somebody first switches it."""

from alembic import op
import sqlalchemy as sa

revision = '0030'
down_revision = '0028'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'public_page',
        sa.Column('is_on', sa.Boolean(), nullable=False),
        sa.Column('since', sa.Date(), nullable=False),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.CheckConstraint('id = 1', name=op.f('ck_public_page_one_row')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_public_page')),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table('public_page')
