"""Which organisations a report about an entry went to is kept with it; of those there are it is what holds today."""

from alembic import op
import sqlalchemy as sa

revision = '0052'
down_revision = '0051'
branch_labels = None
depends_on = None

_THEN = '(a.valid_from IS NULL OR a.valid_from <= {day}) AND (a.valid_until IS NULL OR a.valid_until >= {day})'


def _about(kind: str, key: str) -> str:
    path = f"'/{kind}/' || CAST({key} AS VARCHAR(20))"
    return f"f.topic = 'entry' AND (f.page = {path} OR f.page LIKE {path} || '/%')"


def upgrade() -> None:
    op.create_table(
        'feedback_unit',
        sa.Column('feedback_id', sa.Integer(), nullable=False),
        sa.Column('organisation_id', sa.Integer(), nullable=False),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['feedback_id'], ['feedback.id'], name=op.f('fk_feedback_unit_feedback_id'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['organisation_id'], ['organisation.id'], name=op.f('fk_feedback_unit_organisation_id'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback_unit')),
        sa.UniqueConstraint('feedback_id', 'organisation_id', name=op.f('uq_feedback_unit_feedback_id_organisation_id')),
    )
    op.create_index(op.f('ix_feedback_unit_organisation_id'), 'feedback_unit', ['organisation_id'])
    then = _THEN.format(day='date(f.at)')
    somebody_there = f'EXISTS (SELECT 1 FROM assignment a WHERE a.place_id = p.id AND {then})'
    parts = (
        f"SELECT f.id, o.id FROM feedback f, organisation o WHERE {_about('organisationen', 'o.id')}",
        f"SELECT f.id, p.organisation_id FROM feedback f, post p WHERE {_about('stellen', 'p.id')}",
        f"SELECT f.id, p.organisation_id FROM feedback f, person p "
        f"WHERE p.organisation_id IS NOT NULL AND {_about('personen', 'p.id')}",
        f"SELECT f.id, a.employer_id FROM feedback f, assignment a WHERE {_about('personen', 'a.person_id')} AND {then}",
        f"SELECT f.id, p.operator_id FROM feedback f, place p "
        f"WHERE p.operator_id IS NOT NULL AND NOT {somebody_there} AND {_about('orte', 'p.id')}",
        f"SELECT f.id, a.employer_id FROM feedback f, assignment a WHERE {_about('orte', 'a.place_id')} AND {then}",
    )
    op.execute(f"INSERT INTO feedback_unit (feedback_id, organisation_id) {' UNION '.join(parts)}")


def downgrade() -> None:
    op.drop_table('feedback_unit')
