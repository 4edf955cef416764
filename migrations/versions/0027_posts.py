"""Posts with their holders, and what they are responsible for."""

from alembic import op
import sqlalchemy as sa

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None

SPAN = 'valid_until IS NULL OR valid_until >= valid_from'


def upgrade() -> None:
    op.create_table(
        'post',
        sa.Column('organisation_id', sa.Integer(), nullable=False),
        sa.Column('function', sa.String(length=120), nullable=False),
        sa.Column('valid_from', sa.Date(), nullable=False),
        sa.Column('valid_until', sa.Date(), nullable=True),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.CheckConstraint(SPAN, name=op.f('ck_post_span')),
        sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_post_organisation_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_post')),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f('ix_post_organisation_id'), 'post', ['organisation_id'], unique=False)
    op.create_table(
        'post_holder',
        sa.Column('post_id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('valid_from', sa.Date(), nullable=False),
        sa.Column('valid_until', sa.Date(), nullable=True),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.CheckConstraint(SPAN, name=op.f('ck_post_holder_span')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_post_holder_person_id')),
        sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_post_holder_post_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_post_holder')),
    )
    op.create_index('ix_post_holder_person_span', 'post_holder', ['person_id', 'valid_from', 'valid_until'])
    op.create_index('ix_post_holder_post_span', 'post_holder', ['post_id', 'valid_from', 'valid_until'])
    op.create_table(
        'responsibility',
        sa.Column('post_id', sa.Integer(), nullable=False),
        sa.Column('topic_id', sa.Integer(), nullable=False),
        sa.Column(
            'scope',
            sa.Enum(
                'everywhere', 'district', 'school_form', 'place', name='scope', native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column('district_id', sa.Integer(), nullable=True),
        sa.Column('form_code', sa.String(length=2), nullable=False),
        sa.Column('place_id', sa.Integer(), nullable=True),
        sa.Column('valid_from', sa.Date(), nullable=False),
        sa.Column('valid_until', sa.Date(), nullable=True),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.CheckConstraint(SPAN, name=op.f('ck_responsibility_span')),
        sa.CheckConstraint(
            "(CASE WHEN district_id IS NULL THEN 0 ELSE 1 END) = (CASE WHEN scope = 'district' THEN 1 ELSE 0 END)"
            " AND (CASE WHEN form_code = '' THEN 0 ELSE 1 END) = (CASE WHEN scope = 'school_form' THEN 1 ELSE 0 END)"
            " AND (CASE WHEN place_id IS NULL THEN 0 ELSE 1 END) = (CASE WHEN scope = 'place' THEN 1 ELSE 0 END)",
            name=op.f('ck_responsibility_scope_says_where'),
        ),
        sa.ForeignKeyConstraint(['district_id'], ['district.id'], name=op.f('fk_responsibility_district_id')),
        sa.ForeignKeyConstraint(['place_id'], ['place.id'], name=op.f('fk_responsibility_place_id')),
        sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_responsibility_post_id'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['topic_id'], ['topic.id'], name=op.f('fk_responsibility_topic_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_responsibility')),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f('ix_responsibility_place_id'), 'responsibility', ['place_id'], unique=False)
    op.create_index(op.f('ix_responsibility_post_id'), 'responsibility', ['post_id'], unique=False)
    op.create_index(op.f('ix_responsibility_topic_id'), 'responsibility', ['topic_id'], unique=False)


def downgrade() -> None:
    op.drop_table('responsibility')
    op.drop_table('post_holder')
    op.drop_table('post')
