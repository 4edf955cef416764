"""A change that somebody asked for says itself whose it is and of which employer; a round it came in is no condition."""

from alembic import op
import sqlalchemy as sa


revision = '0051'
down_revision = '0050'
branch_labels = None
depends_on = None

TABLE = {'schema': None, 'table_kwargs': {'sqlite_autoincrement': True}}
WHOSE = 'SELECT round_person.person_id FROM round_person WHERE round_person.id = change_proposal.round_person_id'
OF_WHOM = (
    'SELECT confirmation_round.employer_id FROM round_person JOIN confirmation_round'
    ' ON confirmation_round.id = round_person.round_id WHERE round_person.id = change_proposal.round_person_id'
)


def upgrade() -> None:
    with op.batch_alter_table('change_proposal', **TABLE) as batch_op:
        batch_op.add_column(sa.Column('person_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('employer_id', sa.Integer(), nullable=True))
    op.execute(f'UPDATE change_proposal SET person_id = ({WHOSE}), employer_id = ({OF_WHOM})')
    with op.batch_alter_table('change_proposal', **TABLE) as batch_op:
        batch_op.alter_column('person_id', existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column('employer_id', existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column('round_person_id', existing_type=sa.Integer(), nullable=True)
        for column, table in (('person_id', 'person'), ('employer_id', 'organisation')):
            name = batch_op.f(f'fk_change_proposal_{column}_{table}')
            batch_op.create_foreign_key(name, table, [column], ['id'], ondelete='CASCADE')
            batch_op.create_index(batch_op.f(f'ix_change_proposal_{column}'), [column], unique=False)


def downgrade() -> None:
    op.execute('DELETE FROM change_proposal WHERE round_person_id IS NULL')
    op.execute("UPDATE change_proposal SET state = 'refused' WHERE state = 'withdrawn'")
    op.execute("UPDATE round_person SET origin = 'link' WHERE origin = 'account'")
    with op.batch_alter_table('change_proposal', **TABLE) as batch_op:
        for column, table in (('person_id', 'person'), ('employer_id', 'organisation')):
            batch_op.drop_index(batch_op.f(f'ix_change_proposal_{column}'))
            batch_op.drop_constraint(batch_op.f(f'fk_change_proposal_{column}_{table}'), type_='foreignkey')
            batch_op.drop_column(column)
        batch_op.alter_column('round_person_id', existing_type=sa.Integer(), nullable=False)
