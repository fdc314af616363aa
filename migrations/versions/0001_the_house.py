"""the house"""

from alembic import op
import sqlalchemy as sa
from lms.base.db import Instant, Json
revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('agency',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('search', sa.Text(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('opened_on', sa.Date(), nullable=False),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('help_name', sa.Text(), nullable=True),
    sa.Column('help_phone', sa.Text(), nullable=True),
    sa.CheckConstraint("kind IN ('province', 'district', 'department', 'commune', 'school', 'unit')", name=op.f('ck_agency_kind_word')),
    sa.CheckConstraint('closed_on IS NULL OR closed_on >= opened_on', name=op.f('ck_agency_life')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agency')),
    sa.UniqueConstraint('code', name=op.f('uq_agency_code'))
    )
    with op.batch_alter_table('agency', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agency_search'), ['search'], unique=False)

    op.create_table('agency_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=False),
    sa.Column('decision', sa.Text(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('recorded_at', Instant(), nullable=False),
    sa.Column('recorded_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("kind IN ('open', 'rename', 'move', 'merge', 'split', 'close')", name=op.f('ck_agency_event_kind_word')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agency_event'))
    )
    op.create_table('audit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('actor_name', sa.Text(), nullable=False),
    sa.Column('actor_search', sa.Text(), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('thing', sa.Text(), nullable=False),
    sa.Column('thing_id', sa.Integer(), nullable=True),
    sa.Column('agency_id', sa.Integer(), nullable=True),
    sa.Column('details', Json, nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('hash_before', sa.Text(), nullable=False),
    sa.Column('hash', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit')),
    sa.UniqueConstraint('hash', name=op.f('uq_audit_hash'))
    )
    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_action'), ['action'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_actor_id'), ['actor_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_agency_id'), ['agency_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_at'), ['at'], unique=False)

    op.create_table('form_post',
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('used_at', Instant(), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('location', sa.Text(), nullable=True),
    sa.Column('content_type', sa.Text(), nullable=True),
    sa.Column('body', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_form_post'))
    )
    with op.batch_alter_table('form_post', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_form_post_used_at'), ['used_at'], unique=False)

    op.create_table('job',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('arguments', Json, nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('due_at', Instant(), nullable=False),
    sa.Column('leased_until', Instant(), nullable=True),
    sa.Column('done_at', Instant(), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name=op.f('ck_job_state_word')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job')),
    sa.UniqueConstraint('key', name=op.f('uq_job_key'))
    )
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.create_index('ix_job_next', ['state', 'due_at'], unique=False)

    op.create_table('person',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('staff_code', sa.Text(), nullable=True),
    sa.Column('full_name', sa.Text(), nullable=False),
    sa.Column('search', sa.Text(), nullable=False),
    sa.Column('sort', sa.Text(), nullable=False),
    sa.Column('birth_on', sa.Date(), nullable=True),
    sa.Column('gender', sa.Text(), nullable=True),
    sa.Column('email', sa.Text(), nullable=True),
    sa.Column('phone', sa.Text(), nullable=True),
    sa.Column('created_at', Instant(), nullable=False),
    sa.CheckConstraint("gender IN ('female', 'male')", name=op.f('ck_person_gender_word')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('staff_code', name=op.f('uq_person_staff_code'))
    )
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.create_index('ix_person_sort', ['sort', 'id'], unique=False)

    op.create_table('setting',
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_setting'))
    )
    op.create_table('sign_in_wait',
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('last_at', Instant(), nullable=False),
    sa.Column('wait_until', Instant(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_sign_in_wait'))
    )
    op.create_table('account',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('username', sa.Text(), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=False),
    sa.Column('password_at', Instant(), nullable=False),
    sa.Column('must_change', sa.Boolean(), nullable=False),
    sa.Column('slip_expires_at', Instant(), nullable=True),
    sa.Column('privacy_at', Instant(), nullable=True),
    sa.Column('suspended_at', Instant(), nullable=True),
    sa.Column('last_sign_in_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_account_person_id_person')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_account')),
    sa.UniqueConstraint('username', name=op.f('uq_account_username'))
    )
    op.create_table('agency_event_part',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('side', sa.Text(), nullable=False),
    sa.CheckConstraint("side IN ('from', 'to')", name=op.f('ck_agency_event_part_side_word')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_agency_event_part_agency_id_agency')),
    sa.ForeignKeyConstraint(['event_id'], ['agency_event.id'], name=op.f('fk_agency_event_part_event_id_agency_event')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agency_event_part')),
    sa.UniqueConstraint('event_id', 'agency_id', 'side', name=op.f('uq_agency_event_part_event_id_agency_id_side'))
    )
    with op.batch_alter_table('agency_event_part', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agency_event_part_agency_id'), ['agency_id'], unique=False)

    op.create_table('agency_name',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('search', sa.Text(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('to_on', sa.Date(), nullable=True),
    sa.Column('decision', sa.Text(), nullable=True),
    sa.CheckConstraint('to_on IS NULL OR to_on > from_on', name=op.f('ck_agency_name_period')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_agency_name_agency_id_agency')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agency_name')),
    sa.UniqueConstraint('agency_id', 'from_on', name=op.f('uq_agency_name_agency_id_from_on'))
    )
    op.create_table('agency_parent',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('to_on', sa.Date(), nullable=True),
    sa.Column('decision', sa.Text(), nullable=True),
    sa.CheckConstraint('parent_id IS NULL OR parent_id <> agency_id', name=op.f('ck_agency_parent_not_own')),
    sa.CheckConstraint('to_on IS NULL OR to_on > from_on', name=op.f('ck_agency_parent_period')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_agency_parent_agency_id_agency')),
    sa.ForeignKeyConstraint(['parent_id'], ['agency.id'], name=op.f('fk_agency_parent_parent_id_agency')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agency_parent')),
    sa.UniqueConstraint('agency_id', 'from_on', name=op.f('uq_agency_parent_agency_id_from_on'))
    )
    with op.batch_alter_table('agency_parent', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agency_parent_parent_id'), ['parent_id'], unique=False)

    op.create_table('agency_within',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ancestor_id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('depth', sa.Integer(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('to_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_agency_within_agency_id_agency')),
    sa.ForeignKeyConstraint(['ancestor_id'], ['agency.id'], name=op.f('fk_agency_within_ancestor_id_agency')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agency_within')),
    sa.UniqueConstraint('ancestor_id', 'agency_id', 'from_on', name=op.f('uq_agency_within_ancestor_id_agency_id_from_on'))
    )
    with op.batch_alter_table('agency_within', schema=None) as batch_op:
        batch_op.create_index('ix_agency_within_agency', ['agency_id', 'ancestor_id'], unique=False)

    op.create_table('bank',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_bank_agency_id_agency')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bank')),
    sa.UniqueConstraint('key', name=op.f('uq_bank_key'))
    )
    op.create_table('issuer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('parent_name', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('place', sa.Text(), nullable=False),
    sa.Column('sign', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_issuer_agency_id_agency')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issuer')),
    sa.UniqueConstraint('agency_id', name=op.f('uq_issuer_agency_id')),
    sa.UniqueConstraint('sign', name=op.f('uq_issuer_sign'))
    )
    op.create_table('membership',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('to_on', sa.Date(), nullable=True),
    sa.Column('is_main', sa.Boolean(), nullable=False),
    sa.Column('position', sa.Text(), nullable=True),
    sa.Column('staff_kind', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.CheckConstraint("staff_kind IN ('official', 'civil_servant', 'public_employee', 'contract', 'part_time', 'armed_forces')", name=op.f('ck_membership_staff_kind_word')),
    sa.CheckConstraint("state IN ('working', 'on_leave', 'seconded', 'left')", name=op.f('ck_membership_state_word')),
    sa.CheckConstraint('to_on IS NULL OR to_on > from_on', name=op.f('ck_membership_period')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_membership_agency_id_agency')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_membership_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_membership'))
    )
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.create_index('ix_membership_agency', ['agency_id', 'person_id'], unique=False)
        batch_op.create_index('ix_membership_person', ['person_id'], unique=False)
        batch_op.create_index('uq_membership_main_open', ['person_id'], unique=True, sqlite_where=sa.text('is_main AND to_on IS NULL'), postgresql_where=sa.text('is_main AND to_on IS NULL'))

    op.create_table('role_held',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('to_on', sa.Date(), nullable=True),
    sa.CheckConstraint("role IN ('trainer', 'manager', 'administrator')", name=op.f('ck_role_held_role_word')),
    sa.CheckConstraint('to_on IS NULL OR to_on > from_on', name=op.f('ck_role_held_period')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_role_held_agency_id_agency')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_role_held_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role_held')),
    sa.UniqueConstraint('person_id', 'agency_id', 'role', 'from_on', name=op.f('uq_role_held_person_id_agency_id_role_from_on'))
    )
    with op.batch_alter_table('role_held', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_role_held_person_id'), ['person_id'], unique=False)

    op.create_table('session',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('created_at', Instant(), nullable=False),
    sa.Column('expires_at', Instant(), nullable=False),
    sa.Column('ended_at', Instant(), nullable=True),
    sa.Column('address', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_session_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_session_token_hash'))
    )
    with op.batch_alter_table('session', schema=None) as batch_op:
        batch_op.create_index('ix_session_person', ['person_id'], unique=False)

    op.create_table('certificate_counter',
    sa.Column('issuer_id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['issuer_id'], ['issuer.id'], name=op.f('fk_certificate_counter_issuer_id_issuer')),
    sa.PrimaryKeyConstraint('issuer_id', 'year', name=op.f('pk_certificate_counter'))
    )
    op.create_table('course',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('bank_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('revision_number', sa.Integer(), nullable=False),
    sa.Column('folder_digest', sa.Text(), nullable=True),
    sa.CheckConstraint("state IN ('draft', 'published', 'retired')", name=op.f('ck_course_state_word')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_course_agency_id_agency')),
    sa.ForeignKeyConstraint(['bank_id'], ['bank.id'], name=op.f('fk_course_bank_id_bank')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course')),
    sa.UniqueConstraint('key', name=op.f('uq_course_key'))
    )
    op.create_table('quiz',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('bank_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('version_number', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['bank_id'], ['bank.id'], name=op.f('fk_quiz_bank_id_bank')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quiz')),
    sa.UniqueConstraint('bank_id', 'key', name=op.f('uq_quiz_bank_id_key'))
    )
    op.create_table('signatory',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('issuer_id', sa.Integer(), nullable=False),
    sa.Column('prefix', sa.Text(), nullable=False),
    sa.Column('position', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('to_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['issuer_id'], ['issuer.id'], name=op.f('fk_signatory_issuer_id_issuer')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signatory'))
    )
    with op.batch_alter_table('signatory', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_signatory_issuer_id'), ['issuer_id'], unique=False)

    op.create_table('topic',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('bank_id', sa.Integer(), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('title', Json, nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['bank_id'], ['bank.id'], name=op.f('fk_topic_bank_id_bank')),
    sa.ForeignKeyConstraint(['parent_id'], ['topic.id'], name=op.f('fk_topic_parent_id_topic')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topic')),
    sa.UniqueConstraint('bank_id', 'key', name=op.f('uq_topic_bank_id_key'))
    )
    op.create_table('course_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('token', sa.Text(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('octets', sa.Integer(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=True),
    sa.Column('height', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_course_file_course_id_course')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course_file')),
    sa.UniqueConstraint('course_id', 'name', 'digest', name=op.f('uq_course_file_course_id_name_digest')),
    sa.UniqueConstraint('token', name=op.f('uq_course_file_token'))
    )
    op.create_table('course_revision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('title', Json, nullable=False),
    sa.Column('summary', Json, nullable=False),
    sa.Column('audience', Json, nullable=False),
    sa.Column('search', sa.Text(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('hours', sa.Integer(), nullable=False),
    sa.Column('pass_percent', sa.Integer(), nullable=False),
    sa.Column('valid_months', sa.Integer(), nullable=True),
    sa.Column('gives_certificate', sa.Boolean(), nullable=False),
    sa.Column('standards', Json, nullable=False),
    sa.Column('published_at', Instant(), nullable=False),
    sa.Column('published_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('pass_percent BETWEEN 0 AND 100', name=op.f('ck_course_revision_pass_percent')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_course_revision_course_id_course')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course_revision')),
    sa.UniqueConstraint('course_id', 'number', name=op.f('uq_course_revision_course_id_number'))
    )
    op.create_table('course_trainer',
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('part', sa.Text(), nullable=False),
    sa.CheckConstraint("part IN ('owner', 'author', 'reviewer')", name=op.f('ck_course_trainer_part_word')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_course_trainer_course_id_course')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_course_trainer_person_id_person')),
    sa.PrimaryKeyConstraint('course_id', 'person_id', name=op.f('pk_course_trainer'))
    )
    with op.batch_alter_table('course_trainer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_course_trainer_person_id'), ['person_id'], unique=False)

    op.create_table('lesson',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('draft', sa.Text(), nullable=True),
    sa.Column('draft_at', Instant(), nullable=True),
    sa.Column('draft_by_id', sa.Integer(), nullable=True),
    sa.Column('draft_version', sa.Integer(), nullable=False),
    sa.Column('revision_number', sa.Integer(), nullable=False),
    sa.Column('is_edited', sa.Boolean(), nullable=False),
    sa.Column('folder_digest', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_lesson_course_id_course')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lesson')),
    sa.UniqueConstraint('course_id', 'key', name=op.f('uq_lesson_course_id_key'))
    )
    op.create_table('question',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('bank_id', sa.Integer(), nullable=False),
    sa.Column('topic_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('use', sa.Text(), nullable=False),
    sa.Column('difficulty', sa.Text(), nullable=False),
    sa.Column('is_scenario', sa.Boolean(), nullable=False),
    sa.Column('lesson_key', sa.Text(), nullable=True),
    sa.Column('standards', Json, nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('version_number', sa.Integer(), nullable=False),
    sa.CheckConstraint("difficulty IN ('easy', 'medium', 'hard')", name=op.f('ck_question_difficulty_word')),
    sa.CheckConstraint("state IN ('published', 'retired')", name=op.f('ck_question_state_word')),
    sa.CheckConstraint("use IN ('test', 'self-check')", name=op.f('ck_question_use_word')),
    sa.ForeignKeyConstraint(['bank_id'], ['bank.id'], name=op.f('fk_question_bank_id_bank')),
    sa.ForeignKeyConstraint(['topic_id'], ['topic.id'], name=op.f('fk_question_topic_id_topic')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question')),
    sa.UniqueConstraint('bank_id', 'key', name=op.f('uq_question_bank_id_key'))
    )
    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.create_index('ix_question_draw', ['topic_id', 'use', 'state'], unique=False)

    op.create_table('quiz_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('quiz_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('title', Json, nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=True),
    sa.Column('pass_percent', sa.Integer(), nullable=False),
    sa.Column('counts', sa.Boolean(), nullable=False),
    sa.Column('blueprint', Json, nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('made_at', Instant(), nullable=False),
    sa.CheckConstraint('attempts IS NULL OR attempts > 0', name=op.f('ck_quiz_version_attempts')),
    sa.CheckConstraint('minutes IS NULL OR minutes > 0', name=op.f('ck_quiz_version_minutes')),
    sa.CheckConstraint('pass_percent BETWEEN 0 AND 100', name=op.f('ck_quiz_version_pass_percent')),
    sa.ForeignKeyConstraint(['quiz_id'], ['quiz.id'], name=op.f('fk_quiz_version_quiz_id_quiz')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quiz_version')),
    sa.UniqueConstraint('quiz_id', 'number', name=op.f('uq_quiz_version_quiz_id_number'))
    )
    op.create_table('attempt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('person_name', sa.Text(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('agency_name', sa.Text(), nullable=False),
    sa.Column('quiz_id', sa.Integer(), nullable=False),
    sa.Column('quiz_version_id', sa.Integer(), nullable=False),
    sa.Column('cycle', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('seed', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('started_at', Instant(), nullable=False),
    sa.Column('deadline_at', Instant(), nullable=True),
    sa.Column('closed_at', Instant(), nullable=True),
    sa.Column('max_points', sa.Integer(), nullable=False),
    sa.Column('points', sa.Integer(), nullable=True),
    sa.Column('is_passed', sa.Boolean(), nullable=True),
    sa.CheckConstraint("(state = 'open') = (closed_at IS NULL)", name=op.f('ck_attempt_closed')),
    sa.CheckConstraint("(state = 'open') = (points IS NULL)", name=op.f('ck_attempt_graded')),
    sa.CheckConstraint("state IN ('open', 'submitted', 'expired')", name=op.f('ck_attempt_state_word')),
    sa.CheckConstraint('max_points > 0', name=op.f('ck_attempt_max_points')),
    sa.CheckConstraint('points IS NULL OR (points >= 0 AND points <= max_points)', name=op.f('ck_attempt_points')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_attempt_agency_id_agency')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_attempt_person_id_person')),
    sa.ForeignKeyConstraint(['quiz_id'], ['quiz.id'], name=op.f('fk_attempt_quiz_id_quiz')),
    sa.ForeignKeyConstraint(['quiz_version_id'], ['quiz_version.id'], name=op.f('fk_attempt_quiz_version_id_quiz_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempt')),
    sa.UniqueConstraint('person_id', 'quiz_id', 'cycle', 'number', name=op.f('uq_attempt_person_id_quiz_id_cycle_number'))
    )
    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.create_index('ix_attempt_deadline', ['state', 'deadline_at'], unique=False)
        batch_op.create_index('uq_attempt_open', ['person_id', 'quiz_id'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))

    op.create_table('certificate',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('issuer_id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('number_text', sa.Text(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('person_name', sa.Text(), nullable=False),
    sa.Column('birth_on', sa.Date(), nullable=True),
    sa.Column('gender', sa.Text(), nullable=True),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('agency_name', sa.Text(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('course_revision_id', sa.Integer(), nullable=False),
    sa.Column('cycle', sa.Integer(), nullable=False),
    sa.Column('course_title', Json, nullable=False),
    sa.Column('hours', sa.Integer(), nullable=False),
    sa.Column('percent', sa.Integer(), nullable=False),
    sa.Column('started_on', sa.Date(), nullable=False),
    sa.Column('completed_on', sa.Date(), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('issued_at', Instant(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('printed', Json, nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('revoked_at', Instant(), nullable=True),
    sa.Column('revoked_why', sa.Text(), nullable=True),
    sa.Column('replaced_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("gender IN ('female', 'male')", name=op.f('ck_certificate_gender_word')),
    sa.CheckConstraint("state IN ('valid', 'revoked', 'replaced')", name=op.f('ck_certificate_state_word')),
    sa.CheckConstraint('number > 0', name=op.f('ck_certificate_number')),
    sa.CheckConstraint('percent BETWEEN 0 AND 100', name=op.f('ck_certificate_percent')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_certificate_agency_id_agency')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_certificate_course_id_course')),
    sa.ForeignKeyConstraint(['course_revision_id'], ['course_revision.id'], name=op.f('fk_certificate_course_revision_id_course_revision')),
    sa.ForeignKeyConstraint(['issuer_id'], ['issuer.id'], name=op.f('fk_certificate_issuer_id_issuer')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_certificate_person_id_person')),
    sa.ForeignKeyConstraint(['replaced_by_id'], ['certificate.id'], name=op.f('fk_certificate_replaced_by_id_certificate')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate')),
    sa.UniqueConstraint('code', name=op.f('uq_certificate_code')),
    sa.UniqueConstraint('issuer_id', 'year', 'number', name=op.f('uq_certificate_issuer_id_year_number')),
    sa.UniqueConstraint('number_text', name=op.f('uq_certificate_number_text'))
    )
    with op.batch_alter_table('certificate', schema=None) as batch_op:
        batch_op.create_index('ix_certificate_agency', ['agency_id'], unique=False)
        batch_op.create_index('uq_certificate_cycle', ['person_id', 'course_id', 'cycle'], unique=True, sqlite_where=sa.text("state <> 'replaced'"), postgresql_where=sa.text("state <> 'replaced'"))

    op.create_table('enrolment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('person_name', sa.Text(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('agency_name', sa.Text(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('course_revision_id', sa.Integer(), nullable=False),
    sa.Column('cycle', sa.Integer(), nullable=False),
    sa.Column('is_required', sa.Boolean(), nullable=False),
    sa.Column('enrolled_at', Instant(), nullable=False),
    sa.Column('enrolled_by_id', sa.Integer(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('started_at', Instant(), nullable=True),
    sa.Column('last_at', Instant(), nullable=True),
    sa.Column('completed_at', Instant(), nullable=True),
    sa.Column('state', sa.Text(), nullable=False),
    sa.CheckConstraint("(state = 'completed') = (completed_at IS NOT NULL)", name=op.f('ck_enrolment_completed')),
    sa.CheckConstraint("state IN ('not_started', 'in_progress', 'completed', 'withdrawn')", name=op.f('ck_enrolment_state_word')),
    sa.CheckConstraint('cycle > 0', name=op.f('ck_enrolment_cycle')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_enrolment_agency_id_agency')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_enrolment_course_id_course')),
    sa.ForeignKeyConstraint(['course_revision_id'], ['course_revision.id'], name=op.f('fk_enrolment_course_revision_id_course_revision')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_enrolment_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enrolment')),
    sa.UniqueConstraint('person_id', 'course_id', 'cycle', name=op.f('uq_enrolment_person_id_course_id_cycle'))
    )
    with op.batch_alter_table('enrolment', schema=None) as batch_op:
        batch_op.create_index('ix_enrolment_course', ['course_id', 'state'], unique=False)

    op.create_table('lesson_revision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('lesson_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('title', Json, nullable=False),
    sa.Column('summary', Json, nullable=False),
    sa.Column('code', sa.Text(), nullable=True),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('standards', Json, nullable=False),
    sa.Column('legal_basis', Json, nullable=False),
    sa.Column('reviewed_on', sa.Date(), nullable=True),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('seal', sa.Text(), nullable=False),
    sa.Column('search', sa.Text(), nullable=False),
    sa.Column('published_at', Instant(), nullable=False),
    sa.Column('published_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['lesson_id'], ['lesson.id'], name=op.f('fk_lesson_revision_lesson_id_lesson')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lesson_revision')),
    sa.UniqueConstraint('lesson_id', 'number', name=op.f('uq_lesson_revision_lesson_id_number'))
    )
    op.create_table('question_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('body', Json, nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('made_at', Instant(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_question_version_question_id_question')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question_version')),
    sa.UniqueConstraint('question_id', 'number', name=op.f('uq_question_version_question_id_number'))
    )
    op.create_table('attempt_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('question_version_id', sa.Integer(), nullable=False),
    sa.Column('option_order', Json, nullable=False),
    sa.Column('max_points', sa.Integer(), nullable=False),
    sa.Column('answer', Json, nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('client', sa.Text(), nullable=True),
    sa.Column('client_number', sa.Integer(), nullable=True),
    sa.Column('saved_at', Instant(), nullable=True),
    sa.Column('points', sa.Integer(), nullable=True),
    sa.CheckConstraint('max_points > 0', name=op.f('ck_attempt_item_max_points')),
    sa.CheckConstraint('points IS NULL OR (points >= 0 AND points <= max_points)', name=op.f('ck_attempt_item_points')),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_attempt_item_attempt_id_attempt')),
    sa.ForeignKeyConstraint(['question_version_id'], ['question_version.id'], name=op.f('fk_attempt_item_question_version_id_question_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempt_item')),
    sa.UniqueConstraint('attempt_id', 'position', name=op.f('uq_attempt_item_attempt_id_position'))
    )
    with op.batch_alter_table('attempt_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attempt_item_question_version_id'), ['question_version_id'], unique=False)

    op.create_table('completion',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('enrolment_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('course_revision_id', sa.Integer(), nullable=False),
    sa.Column('cycle', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('attempt_id', sa.Integer(), nullable=True),
    sa.Column('certificate_id', sa.Integer(), nullable=True),
    sa.Column('percent', sa.Integer(), nullable=True),
    sa.Column('completed_at', Instant(), nullable=False),
    sa.Column('completed_on', sa.Date(), nullable=False),
    sa.CheckConstraint('percent BETWEEN 0 AND 100', name=op.f('ck_completion_percent')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_completion_agency_id_agency')),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_completion_attempt_id_attempt')),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificate.id'], name=op.f('fk_completion_certificate_id_certificate')),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_completion_course_id_course')),
    sa.ForeignKeyConstraint(['course_revision_id'], ['course_revision.id'], name=op.f('fk_completion_course_revision_id_course_revision')),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolment.id'], name=op.f('fk_completion_enrolment_id_enrolment')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_completion_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_completion')),
    sa.UniqueConstraint('enrolment_id', name=op.f('uq_completion_enrolment_id')),
    sa.UniqueConstraint('person_id', 'course_id', 'cycle', name=op.f('uq_completion_person_id_course_id_cycle'))
    )
    op.create_table('course_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('revision_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('lesson_revision_id', sa.Integer(), nullable=True),
    sa.Column('quiz_version_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('(lesson_revision_id IS NULL) <> (quiz_version_id IS NULL)', name=op.f('ck_course_step_one_thing')),
    sa.ForeignKeyConstraint(['lesson_revision_id'], ['lesson_revision.id'], name=op.f('fk_course_step_lesson_revision_id_lesson_revision')),
    sa.ForeignKeyConstraint(['quiz_version_id'], ['quiz_version.id'], name=op.f('fk_course_step_quiz_version_id_quiz_version')),
    sa.ForeignKeyConstraint(['revision_id'], ['course_revision.id'], name=op.f('fk_course_step_revision_id_course_revision')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_course_step')),
    sa.UniqueConstraint('revision_id', 'position', name=op.f('uq_course_step_revision_id_position'))
    )
    op.create_table('grade',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('max_points', sa.Integer(), nullable=False),
    sa.Column('is_passed', sa.Boolean(), nullable=False),
    sa.CheckConstraint("reason IN ('submitted', 'expired')", name=op.f('ck_grade_reason_word')),
    sa.CheckConstraint('points >= 0 AND points <= max_points AND max_points > 0', name=op.f('ck_grade_points')),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_grade_attempt_id_attempt')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grade'))
    )
    with op.batch_alter_table('grade', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_grade_attempt_id'), ['attempt_id'], unique=False)

    op.create_table('lesson_read',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('enrolment_id', sa.Integer(), nullable=False),
    sa.Column('lesson_id', sa.Integer(), nullable=False),
    sa.Column('lesson_revision_id', sa.Integer(), nullable=False),
    sa.Column('read_at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolment.id'], name=op.f('fk_lesson_read_enrolment_id_enrolment')),
    sa.ForeignKeyConstraint(['lesson_id'], ['lesson.id'], name=op.f('fk_lesson_read_lesson_id_lesson')),
    sa.ForeignKeyConstraint(['lesson_revision_id'], ['lesson_revision.id'], name=op.f('fk_lesson_read_lesson_revision_id_lesson_revision')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lesson_read')),
    sa.UniqueConstraint('enrolment_id', 'lesson_id', name=op.f('uq_lesson_read_enrolment_id_lesson_id'))
    )
    op.create_table('hours_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('hours', sa.Integer(), nullable=False),
    sa.Column('completion_id', sa.Integer(), nullable=True),
    sa.Column('recorded_at', Instant(), nullable=False),
    sa.CheckConstraint('hours > 0', name=op.f('ck_hours_entry_hours')),
    sa.ForeignKeyConstraint(['completion_id'], ['completion.id'], name=op.f('fk_hours_entry_completion_id_completion')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_hours_entry_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hours_entry')),
    sa.UniqueConstraint('completion_id', name=op.f('uq_hours_entry_completion_id'))
    )
    with op.batch_alter_table('hours_entry', schema=None) as batch_op:
        batch_op.create_index('ix_hours_entry_person_year', ['person_id', 'year'], unique=False)

    _keep_the_trail()


def _keep_the_trail() -> None:
    """The audit trail is append-only: the database itself refuses to change or delete a line."""
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER audit_no_{change.lower()} BEFORE {change} ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END")
    else:
        op.execute(
            "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'audit is append-only'; END $$"
        )
        op.execute("CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuse()")


def downgrade() -> None:
    raise NotImplementedError("migrations go forward; restore the copy instead")
