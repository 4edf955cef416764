"""Confirmation rounds: how each employer holds them, whom they asked, what was answered and wished otherwise."""

from alembic import op
import sqlalchemy as sa

revision = '0026'
down_revision = '0024'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'confirmation_rule',
        sa.Column('employer_id', sa.Integer(), nullable=False),
        sa.Column('shows_share', sa.Boolean(), nullable=False),
        sa.Column('applies_at_once', sa.Boolean(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['employer_id'], ['organisation.id'], name=op.f('fk_confirmation_rule_employer_id'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_confirmation_rule')),
        sa.UniqueConstraint('employer_id', name=op.f('uq_confirmation_rule_employer_id')),
    )
    op.create_table(
        'confirmation_round',
        sa.Column('employer_id', sa.Integer(), nullable=False),
        sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['employer_id'], ['organisation.id'], name=op.f('fk_confirmation_round_employer_id'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_confirmation_round')),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f('ix_confirmation_round_employer_id'), 'confirmation_round', ['employer_id'], unique=False)
    op.create_index(op.f('ix_confirmation_round_started_at'), 'confirmation_round', ['started_at'], unique=False)
    op.create_table(
        'round_person',
        sa.Column('round_id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('generation', sa.Integer(), nullable=False),
        sa.Column('mailed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            'answer', sa.Enum('open', 'confirmed', 'changed', name='said', native_enum=False, length=40), nullable=False
        ),
        sa.Column('origin', sa.Enum('link', 'office', name='way', native_enum=False, length=40), nullable=True),
        sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['round_id'], ['confirmation_round.id'], name=op.f('fk_round_person_round_id'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['person_id'], ['person.id'], name=op.f('fk_round_person_person_id'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_round_person')),
        sa.UniqueConstraint('round_id', 'person_id', name=op.f('uq_round_person_round_id_person_id')),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f('ix_round_person_round_id'), 'round_person', ['round_id'], unique=False)
    op.create_index(op.f('ix_round_person_person_id'), 'round_person', ['person_id'], unique=False)
    op.create_table(
        'change_proposal',
        sa.Column('round_person_id', sa.Integer(), nullable=False),
        sa.Column(
            'state',
            sa.Enum(
                'waiting', 'applied', 'accepted', 'refused', name='proposalstate', native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('wish', sa.JSON(), nullable=False),
        sa.Column('told', sa.JSON(), nullable=False),
        sa.Column('message', sa.Text(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['round_person_id'], ['round_person.id'], name=op.f('fk_change_proposal_round_person_id'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_change_proposal')),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f('ix_change_proposal_at'), 'change_proposal', ['at'], unique=False)
    op.create_index(
        op.f('ix_change_proposal_round_person_id'), 'change_proposal', ['round_person_id'], unique=False
    )


def downgrade() -> None:
    op.drop_table('change_proposal')
    op.drop_table('round_person')
    op.drop_table('confirmation_round')
    op.drop_table('confirmation_rule')
