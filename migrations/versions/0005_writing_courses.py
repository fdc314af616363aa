"""Writing courses: drafts of the outline, sections and release, files and their lessons, offers, reviews, legal changes; questions at a lesson, survey."""

import re
from datetime import datetime, timezone

from alembic import op
import sqlalchemy as sa
from lms.base import fold
from lms.base.db import Instant, Json
revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('legal_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('basis', sa.Text(), nullable=False),
    sa.Column('search', sa.Text(), nullable=False),
    sa.Column('changed_on', sa.Date(), nullable=False),
    sa.Column('replaced_by', sa.Text(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('recorded_at', Instant(), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('length(search) >= 4', name=op.f('ck_legal_change_search')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_legal_change_agency_id_agency')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_legal_change'))
    )
    with op.batch_alter_table('legal_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_legal_change_agency_id'), ['agency_id'], unique=False)

    op.create_table('course_offer',
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('offered_at', Instant(), nullable=False),
    sa.Column('offered_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_course_offer_agency_id_agency')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_course_offer_course_id_course')),
    sa.PrimaryKeyConstraint('course_id', 'agency_id', name=op.f('pk_course_offer'))
    )
    with op.batch_alter_table('course_offer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_course_offer_agency_id'), ['agency_id'], unique=False)

    op.create_table('course_review',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('asked_at', Instant(), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('comment', sa.Text(), nullable=True),
    sa.Column('decided_at', Instant(), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name=op.f('ck_course_review_decided')),
    sa.CheckConstraint("state <> 'approved' OR decided_by_id <> asked_by_id", name=op.f('ck_course_review_second_person')),
    sa.CheckConstraint("state IN ('asked', 'approved', 'returned')", name=op.f('ck_course_review_state_word')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_course_review_course_id_course')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course_review'))
    )
    with op.batch_alter_table('course_review', schema=None) as batch_op:
        batch_op.create_index('ix_course_review_course', ['course_id'], unique=False)
        batch_op.create_index('uq_course_review_open', ['course_id'], unique=True, sqlite_where=sa.text("state = 'asked'"), postgresql_where=sa.text("state = 'asked'"))

    op.create_table('lesson_presence',
    sa.Column('lesson_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('seen_at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['lesson_id'], ['lesson.id'], name=op.f('fk_lesson_presence_lesson_id_lesson')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_lesson_presence_person_id_person')),
    sa.PrimaryKeyConstraint('lesson_id', 'person_id', name=op.f('pk_lesson_presence'))
    )
    with op.batch_alter_table('lesson_presence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_lesson_presence_person_id'), ['person_id'], unique=False)

    op.create_table('survey_answer',
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('course_revision_id', sa.Integer(), nullable=False),
    sa.Column('month', sa.Text(), nullable=False),
    sa.Column('useful', sa.Integer(), nullable=False),
    sa.Column('clear', sa.Integer(), nullable=False),
    sa.Column('pace', sa.Integer(), nullable=False),
    sa.Column('comment', sa.Text(), nullable=True),
    sa.CheckConstraint('clear BETWEEN 1 AND 5', name=op.f('ck_survey_answer_clear')),
    sa.CheckConstraint('pace BETWEEN 1 AND 5', name=op.f('ck_survey_answer_pace')),
    sa.CheckConstraint('useful BETWEEN 1 AND 5', name=op.f('ck_survey_answer_useful')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_survey_answer_course_id_course')),
    sa.ForeignKeyConstraint(['course_revision_id'], ['course_revision.id'], name=op.f('fk_survey_answer_course_revision_id_course_revision')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_survey_answer'))
    )
    with op.batch_alter_table('survey_answer', schema=None) as batch_op:
        batch_op.create_index('ix_survey_answer_course', ['course_id'], unique=False)

    op.create_table('lesson_file',
    sa.Column('lesson_revision_id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['course_file.id'], name=op.f('fk_lesson_file_file_id_course_file')),
    sa.ForeignKeyConstraint(['lesson_revision_id'], ['lesson_revision.id'], name=op.f('fk_lesson_file_lesson_revision_id_lesson_revision')),
    sa.PrimaryKeyConstraint('lesson_revision_id', 'file_id', name=op.f('pk_lesson_file'))
    )
    with op.batch_alter_table('lesson_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_lesson_file_file_id'), ['file_id'], unique=False)

    op.create_table('lesson_question',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('lesson_id', sa.Integer(), nullable=False),
    sa.Column('lesson_revision_id', sa.Integer(), nullable=False),
    sa.Column('enrolment_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('asked_at', Instant(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.Column('answered_at', Instant(), nullable=True),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("(state = 'asked') = (answer IS NULL)", name=op.f('ck_lesson_question_answered')),
    sa.CheckConstraint("state IN ('asked', 'answered', 'shared')", name=op.f('ck_lesson_question_state_word')),
    sa.CheckConstraint('(answer IS NULL) = (answered_at IS NULL)', name=op.f('ck_lesson_question_answered_at')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_lesson_question_course_id_course')),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolment.id'], name=op.f('fk_lesson_question_enrolment_id_enrolment')),
    sa.ForeignKeyConstraint(['lesson_id'], ['lesson.id'], name=op.f('fk_lesson_question_lesson_id_lesson')),
    sa.ForeignKeyConstraint(['lesson_revision_id'], ['lesson_revision.id'], name=op.f('fk_lesson_question_lesson_revision_id_lesson_revision')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_lesson_question_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lesson_question'))
    )
    with op.batch_alter_table('lesson_question', schema=None) as batch_op:
        batch_op.create_index('ix_lesson_question_course', ['course_id', 'state'], unique=False)
        batch_op.create_index('ix_lesson_question_lesson', ['lesson_id', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_lesson_question_person_id'), ['person_id'], unique=False)

    op.create_table('survey_given',
    sa.Column('enrolment_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolment.id'], name=op.f('fk_survey_given_enrolment_id_enrolment')),
    sa.PrimaryKeyConstraint('enrolment_id', name=op.f('pk_survey_given'))
    )
    with op.batch_alter_table('course', schema=None) as batch_op:
        batch_op.add_column(sa.Column('draft', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('draft_at', Instant(), nullable=True))
        batch_op.add_column(sa.Column('draft_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('draft_version', sa.Integer(), nullable=False, server_default=sa.text('0')))
        batch_op.add_column(sa.Column('is_edited', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('is_review_needed', sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table('course_file', schema=None) as batch_op:
        batch_op.add_column(sa.Column('contrast', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('alt', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('uploaded_at', Instant(), nullable=True))
        batch_op.add_column(sa.Column('uploaded_by_id', sa.Integer(), nullable=True))

    with op.batch_alter_table('course_revision', schema=None) as batch_op:
        batch_op.add_column(sa.Column('prerequisites', Json, nullable=False, server_default=sa.text("'[]'")))
        batch_op.add_column(sa.Column('glossary', Json, nullable=False, server_default=sa.text("'[]'")))
        batch_op.add_column(sa.Column('note', sa.Text(), nullable=True))

    with op.batch_alter_table('course_step', schema=None) as batch_op:
        batch_op.add_column(sa.Column('section', Json, nullable=True))
        batch_op.add_column(sa.Column('is_optional', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('release', Json, nullable=True))

    with op.batch_alter_table('lesson_revision', schema=None) as batch_op:
        batch_op.add_column(sa.Column('basis_search', sa.Text(), nullable=False, server_default=sa.text("''")))

    _offer_courses_where_they_are_owned()
    _note_the_files_of_lessons()
    _fill_the_search()
    _forget_defaults()

NEW = {
    'course': ('draft_version', 'is_edited', 'is_review_needed'),
    'course_revision': ('prerequisites', 'glossary'),
    'course_step': ('is_optional',),
    'lesson_revision': ('basis_search',),
}
FILE = re.compile(r'/courses/\d+/files/([\w-]+)/')


def _offer_courses_where_they_are_owned() -> None:
    course = sa.table('course', sa.column('id'), sa.column('agency_id'))
    offer = sa.table('course_offer', sa.column('course_id'), sa.column('agency_id'), sa.column('offered_at', Instant()))
    now = sa.literal(datetime.now(timezone.utc), Instant())
    op.get_bind().execute(sa.insert(offer).from_select(['course_id', 'agency_id', 'offered_at'], sa.select(course.c.id, course.c.agency_id, now)))


def _note_the_files_of_lessons() -> None:
    connection = op.get_bind()
    revision = sa.table('lesson_revision', sa.column('id'), sa.column('html'))
    file = sa.table('course_file', sa.column('id'), sa.column('token'))
    shown = sa.table('lesson_file', sa.column('lesson_revision_id'), sa.column('file_id'))
    files = {row.token: row.id for row in connection.execute(sa.select(file.c.token, file.c.id))}
    for row in connection.execute(sa.select(revision.c.id, revision.c.html)).all():
        for file_id in {files[token] for token in FILE.findall(row.html) if token in files}:
            connection.execute(sa.insert(shown).values(lesson_revision_id=row.id, file_id=file_id))


def _fill_the_search() -> None:
    revision = sa.table('lesson_revision', sa.column('id'), sa.column('legal_basis', Json), sa.column('basis_search'))
    connection = op.get_bind()
    for row in connection.execute(sa.select(revision.c.id, revision.c.legal_basis)).all():
        words = "\n".join(fold(one) for one in row.legal_basis or [])
        connection.execute(sa.update(revision).where(revision.c.id == row.id).values(basis_search=words))


def _forget_defaults() -> None:
    """Only the rows that were there needed them; from now on the application says every value."""
    for table, columns in NEW.items():
        with op.batch_alter_table(table) as batch_op:
            for column in columns:
                batch_op.alter_column(column, server_default=None)


def downgrade() -> None:
    raise NotImplementedError("migrations go forward; restore the copy instead")
