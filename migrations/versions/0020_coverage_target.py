"""How much school social work a school should have: one row, made when somebody first changes it."""

from alembic import op
import sqlalchemy as sa


revision = '0020'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'coverage_target',
        sa.Column('posts_per_school', sa.Numeric(precision=4, scale=2), nullable=False),
        sa.Column('large_from', sa.Integer(), nullable=False),
        sa.Column('supplement_posts', sa.Numeric(precision=4, scale=2), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.CheckConstraint('id = 1', name=op.f('ck_coverage_target_one_row')),
        sa.CheckConstraint('large_from >= 1', name=op.f('ck_coverage_target_large')),
        sa.CheckConstraint('posts_per_school >= 0 AND posts_per_school <= 5', name=op.f('ck_coverage_target_posts')),
        sa.CheckConstraint('supplement_posts >= 0 AND supplement_posts <= 5', name=op.f('ck_coverage_target_supplement')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_coverage_target')),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table('coverage_target')
