"""What people released about themselves: a private telephone number, a photo, each with the day of their consent."""

from alembic import op
import sqlalchemy as sa

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'consent',
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('what', sa.Enum('phone', 'photo', name='released', native_enum=False, length=40), nullable=False),
        sa.Column('given_on', sa.Date(), nullable=False),
        sa.Column('wording', sa.Integer(), nullable=False),
        sa.Column('phone', sa.String(length=40), nullable=False),
        sa.Column('photo', sa.LargeBinary(), nullable=True),
        sa.Column('id', sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(CASE WHEN phone = '' THEN 0 ELSE 1 END) = (CASE WHEN what = 'phone' THEN 1 ELSE 0 END)"
            " AND (CASE WHEN photo IS NULL THEN 0 ELSE 1 END) = (CASE WHEN what = 'photo' THEN 1 ELSE 0 END)",
            name=op.f('ck_consent_holds_what_it_says'),
        ),
        sa.ForeignKeyConstraint(
            ['person_id'], ['person.id'], name=op.f('fk_consent_person_id'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_consent')),
        sa.UniqueConstraint('person_id', 'what', name=op.f('uq_consent_person_id_what')),
    )


def downgrade() -> None:
    op.drop_table('consent')
