"""Sites that the catchment zones propose for a school, and of which somebody said that there is none."""

from alembic import op
import sqlalchemy as sa

revision = '0045'
down_revision = '0044'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'no_site',
        sa.Column('place_id', sa.Integer(), nullable=False),
        sa.Column('zone', sa.String(length=200), nullable=False),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['place_id'], ['place.id'], name=op.f('fk_no_site_place_id_place'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_no_site')),
        sa.UniqueConstraint('place_id', 'zone', name=op.f('uq_no_site_place_id_zone')),
    )


def downgrade() -> None:
    op.drop_table('no_site')
