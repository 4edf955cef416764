"""Who is assigned and confirmed it themselves is known by key; of what was confirmed before only the name is known."""

from alembic import op
import sqlalchemy as sa


revision = '0049'
down_revision = '0048'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('assignment', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.add_column(sa.Column('confirmed_by_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f('fk_assignment_confirmed_by_id_person'),
            'person',
            ['confirmed_by_id'],
            ['id'],
            ondelete='SET NULL',
        )
        batch_op.create_index(batch_op.f('ix_assignment_confirmed_by_id'), ['confirmed_by_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('assignment', schema=None, table_kwargs={'sqlite_autoincrement': True}) as batch_op:
        batch_op.drop_index(batch_op.f('ix_assignment_confirmed_by_id'))
        batch_op.drop_constraint(batch_op.f('fk_assignment_confirmed_by_id_person'), type_='foreignkey')
        batch_op.drop_column('confirmed_by_id')
