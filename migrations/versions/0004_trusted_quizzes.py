"""Trusted quizzes: rules, rooms, allowances, timelines, marks by persons, corrected keys, printed papers; points are hundredths of a question."""

from alembic import op
import sqlalchemy as sa
from lms.base import fold
from lms.base.db import Instant, Json
revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('bank_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('bank_id', sa.Integer(), nullable=False),
    sa.Column('token', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('octets', sa.Integer(), nullable=False),
    sa.CheckConstraint('width > 0 AND height > 0 AND octets > 0', name=op.f('ck_bank_file_size')),
    sa.ForeignKeyConstraint(['bank_id'], ['bank.id'], name=op.f('fk_bank_file_bank_id_bank')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bank_file')),
    sa.UniqueConstraint('bank_id', 'name', 'digest', name=op.f('uq_bank_file_bank_id_name_digest')),
    sa.UniqueConstraint('token', name=op.f('uq_bank_file_token'))
    )
    op.create_table('quiz_room',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('quiz_id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('access_code', sa.Text(), nullable=False),
    sa.Column('opens_at', Instant(), nullable=False),
    sa.Column('closes_at', Instant(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('made_at', Instant(), nullable=False),
    sa.CheckConstraint('opens_at < closes_at', name=op.f('ck_quiz_room_window')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_quiz_room_agency_id_agency')),
    sa.ForeignKeyConstraint(['quiz_id'], ['quiz.id'], name=op.f('fk_quiz_room_quiz_id_quiz')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quiz_room')),
    sa.UniqueConstraint('quiz_id', 'access_code', name=op.f('uq_quiz_room_quiz_id_access_code'))
    )
    op.create_table('printed_paper',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('quiz_version_id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('made_at', Instant(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_printed_paper_agency_id_agency')),
    sa.ForeignKeyConstraint(['quiz_version_id'], ['quiz_version.id'], name=op.f('fk_printed_paper_quiz_version_id_quiz_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_printed_paper'))
    )
    with op.batch_alter_table('printed_paper', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_printed_paper_quiz_version_id'), ['quiz_version_id'], unique=False)

    op.create_table('key_fix',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('version_ids', Json, nullable=False),
    sa.Column('body', Json, nullable=True),
    sa.Column('to_version_id', sa.Integer(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('effects', Json, nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('proposed_by_id', sa.Integer(), nullable=False),
    sa.Column('proposed_at', Instant(), nullable=False),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', Instant(), nullable=True),
    sa.CheckConstraint("(kind = 'key') = (body IS NOT NULL)", name=op.f('ck_key_fix_body')),
    sa.CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name=op.f('ck_key_fix_decided')),
    sa.CheckConstraint("kind IN ('key', 'drop')", name=op.f('ck_key_fix_kind_word')),
    sa.CheckConstraint("state <> 'done' OR (decided_by_id IS NOT NULL AND decided_by_id <> proposed_by_id)", name=op.f('ck_key_fix_second_person')),
    sa.CheckConstraint("state IN ('proposed', 'done', 'declined')", name=op.f('ck_key_fix_state_word')),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_key_fix_question_id_question')),
    sa.ForeignKeyConstraint(['to_version_id'], ['question_version.id'], name=op.f('fk_key_fix_to_version_id_question_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_key_fix'))
    )
    with op.batch_alter_table('key_fix', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_key_fix_question_id'), ['question_id'], unique=False)
        batch_op.create_index('uq_key_fix_proposed', ['question_id'], unique=True, sqlite_where=sa.text("state = 'proposed'"), postgresql_where=sa.text("state = 'proposed'"))

    op.create_table('paper_variant',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('printed_paper_id', sa.Integer(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('seed', sa.Text(), nullable=False),
    sa.Column('items', Json, nullable=False),
    sa.ForeignKeyConstraint(['printed_paper_id'], ['printed_paper.id'], name=op.f('fk_paper_variant_printed_paper_id_printed_paper')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paper_variant')),
    sa.UniqueConstraint('printed_paper_id', 'code', name=op.f('uq_paper_variant_printed_paper_id_code'))
    )
    op.create_table('allowance',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('quiz_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('quiz_room_id', sa.Integer(), nullable=True),
    sa.Column('attempt_id', sa.Integer(), nullable=True),
    sa.Column('cycle', sa.Integer(), nullable=True),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('amount', sa.Integer(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('given_by_id', sa.Integer(), nullable=True),
    sa.Column('given_at', Instant(), nullable=False),
    sa.CheckConstraint("kind <> 'reopen' OR attempt_id IS NOT NULL", name=op.f('ck_allowance_reopened')),
    sa.CheckConstraint("kind IN ('minutes', 'attempts', 'reopen')", name=op.f('ck_allowance_kind_word')),
    sa.CheckConstraint('(person_id IS NULL) <> (quiz_room_id IS NULL)', name=op.f('ck_allowance_whom')),
    sa.CheckConstraint('amount > 0', name=op.f('ck_allowance_amount')),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_allowance_attempt_id_attempt')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_allowance_person_id_person')),
    sa.ForeignKeyConstraint(['quiz_id'], ['quiz.id'], name=op.f('fk_allowance_quiz_id_quiz')),
    sa.ForeignKeyConstraint(['quiz_room_id'], ['quiz_room.id'], name=op.f('fk_allowance_quiz_room_id_quiz_room')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_allowance'))
    )
    with op.batch_alter_table('allowance', schema=None) as batch_op:
        batch_op.create_index('ix_allowance_person', ['quiz_id', 'person_id'], unique=False)

    op.create_table('attempt_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('at', Instant(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=True),
    sa.Column('answer', Json, nullable=True),
    sa.Column('client', sa.Text(), nullable=True),
    sa.Column('client_number', sa.Integer(), nullable=True),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('details', Json, nullable=True),
    sa.CheckConstraint("kind IN ('start', 'save', 'lock', 'late', 'stale', 'submit', 'expire', 'extend', 'reopen', 'accept', 'mark', 'review', 'key')", name=op.f('ck_attempt_event_kind_word')),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_attempt_event_attempt_id_attempt')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempt_event'))
    )
    with op.batch_alter_table('attempt_event', schema=None) as batch_op:
        batch_op.create_index('ix_attempt_event_attempt', ['attempt_id', 'id'], unique=False)
        batch_op.create_index('uq_attempt_event_late', ['attempt_id', 'position', 'client', 'client_number'], unique=True, sqlite_where=sa.text("kind = 'late'"), postgresql_where=sa.text("kind = 'late'"))

    op.create_table('attempt_level',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('topic_id', sa.Integer(), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('max_points', sa.Integer(), nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.CheckConstraint('level >= 0', name=op.f('ck_attempt_level_level')),
    sa.CheckConstraint('points >= 0 AND points <= max_points AND max_points > 0', name=op.f('ck_attempt_level_points')),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], name=op.f('fk_attempt_level_attempt_id_attempt')),
    sa.ForeignKeyConstraint(['topic_id'], ['topic.id'], name=op.f('fk_attempt_level_topic_id_topic')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempt_level')),
    sa.UniqueConstraint('attempt_id', 'topic_id', name=op.f('uq_attempt_level_attempt_id_topic_id'))
    )
    op.create_table('essay_mark',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('attempt_item_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('marker_id', sa.Integer(), nullable=True),
    sa.Column('marked_at', Instant(), nullable=False),
    sa.Column('scores', Json, nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.CheckConstraint('points >= 0', name=op.f('ck_essay_mark_points')),
    sa.ForeignKeyConstraint(['attempt_item_id'], ['attempt_item.id'], name=op.f('fk_essay_mark_attempt_item_id_attempt_item')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_essay_mark')),
    sa.UniqueConstraint('attempt_item_id', 'number', name=op.f('uq_essay_mark_attempt_item_id_number'))
    )
    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.add_column(sa.Column('waiting_items', sa.Integer(), nullable=False, server_default=sa.text('0')))
        batch_op.add_column(sa.Column('receipt_code', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('reviewed_at', Instant(), nullable=True))
        batch_op.add_column(sa.Column('quiz_room_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('paper_variant_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_attempt_paper_variant_id'), ['paper_variant_id'], unique=False)
        batch_op.create_index('ix_attempt_quiz', ['quiz_id', 'closed_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_attempt_quiz_room_id'), ['quiz_room_id'], unique=False)
        batch_op.create_unique_constraint(batch_op.f('uq_attempt_receipt_code'), ['receipt_code'])
        batch_op.create_foreign_key(batch_op.f('fk_attempt_quiz_room_id_quiz_room'), 'quiz_room', ['quiz_room_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_attempt_paper_variant_id_paper_variant'), 'paper_variant', ['paper_variant_id'], ['id'])
        batch_op.drop_constraint(op.f('ck_attempt_graded'), type_='check')
        batch_op.create_check_constraint(op.f('ck_attempt_graded'), "(state = 'open' OR waiting_items > 0) = (points IS NULL)")
        batch_op.create_check_constraint(op.f('ck_attempt_passed'), "(points IS NULL) = (is_passed IS NULL)")
        batch_op.create_check_constraint(op.f('ck_attempt_waiting'), "waiting_items >= 0 AND (state <> 'open' OR waiting_items = 0)")
        batch_op.create_check_constraint(op.f('ck_attempt_reviewed'), "state <> 'open' OR reviewed_at IS NULL")

    with op.batch_alter_table('attempt_item', schema=None) as batch_op:
        batch_op.add_column(sa.Column('locked_at', Instant(), nullable=True))
        batch_op.add_column(sa.Column('marked_by_version_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('is_dropped', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_foreign_key(batch_op.f('fk_attempt_item_marked_by_version_id_question_version'), 'question_version', ['marked_by_version_id'], ['id'])

    with op.batch_alter_table('bank', schema=None) as batch_op:
        batch_op.add_column(sa.Column('title', Json, nullable=True))

    with op.batch_alter_table('grade', schema=None) as batch_op:
        batch_op.add_column(sa.Column('note', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('key_fix_id', sa.Integer(), nullable=True))
        batch_op.create_index('ix_grade_at', ['at'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_grade_key_fix_id_key_fix'), 'key_fix', ['key_fix_id'], ['id'])
        batch_op.drop_constraint(op.f('ck_grade_reason_word'), type_='check')
        batch_op.create_check_constraint(op.f('ck_grade_reason_word'), "reason IN ('submitted', 'expired', 'marked', 'regraded', 'accepted', 'paper')")

    with op.batch_alter_table('question', schema=None) as batch_op:
        batch_op.add_column(sa.Column('tags', Json, nullable=False, server_default=sa.text("'[]'")))
        batch_op.add_column(sa.Column('search', sa.Text(), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column('is_edited', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('facility_percent', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('facility_of', sa.Integer(), nullable=False, server_default=sa.text('0')))
        batch_op.drop_constraint(op.f('ck_question_use_word'), type_='check')
        batch_op.create_check_constraint(op.f('ck_question_use_word'), "use IN ('test', 'self-check', 'practice')")
        batch_op.create_check_constraint(op.f('ck_question_facility_percent'), "facility_percent BETWEEN 0 AND 100")

    with op.batch_alter_table('question_version', schema=None) as batch_op:
        batch_op.add_column(sa.Column('note', sa.Text(), nullable=True))

    with op.batch_alter_table('quiz', schema=None) as batch_op:
        batch_op.add_column(sa.Column('opens_at', Instant(), nullable=True))
        batch_op.add_column(sa.Column('closes_at', Instant(), nullable=True))
        batch_op.add_column(sa.Column('is_in_rooms', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('is_edited', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_check_constraint(op.f('ck_quiz_window'), "opens_at IS NULL OR closes_at IS NULL OR opens_at < closes_at")

    with op.batch_alter_table('quiz_version', schema=None) as batch_op:
        batch_op.add_column(sa.Column('made_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('behaviour', sa.Text(), nullable=False, server_default='deferred'))
        batch_op.add_column(sa.Column('grace_seconds', sa.Integer(), nullable=False, server_default=sa.text('30')))
        batch_op.add_column(sa.Column('per_page', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('takes', sa.Text(), nullable=False, server_default='best'))
        batch_op.add_column(sa.Column('wait_minutes', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('review_after', sa.Text(), nullable=False, server_default='answers'))
        batch_op.add_column(sa.Column('review_later', sa.Text(), nullable=False, server_default='answers'))
        batch_op.add_column(sa.Column('review_closed', sa.Text(), nullable=False, server_default='answers'))
        batch_op.add_column(sa.Column('levels', Json, nullable=False, server_default=sa.text("'[]'")))
        batch_op.create_check_constraint(op.f('ck_quiz_version_behaviour_word'), "behaviour IN ('deferred', 'immediate', 'practice')")
        batch_op.create_check_constraint(op.f('ck_quiz_version_takes_word'), "takes IN ('best', 'first', 'last', 'average')")
        for name in ('review_after', 'review_later', 'review_closed'):
            batch_op.create_check_constraint(op.f(f'ck_quiz_version_{name}_word'), f"{name} IN ('nothing', 'score', 'marks', 'answers')")
        batch_op.create_check_constraint(op.f('ck_quiz_version_grace'), "grace_seconds BETWEEN 0 AND 600")
        batch_op.create_check_constraint(op.f('ck_quiz_version_per_page'), "per_page IS NULL OR per_page > 0")
        batch_op.create_check_constraint(op.f('ck_quiz_version_wait'), "wait_minutes IS NULL OR wait_minutes > 0")

    _forget_defaults()
    _count_in_hundredths()
    _fill_the_search()
    _keep_the_timeline()


NEW = {'attempt': ['waiting_items'], 'attempt_item': ['is_dropped'], 'question': ['tags', 'search', 'is_edited', 'facility_of'], 'quiz': ['is_in_rooms', 'is_edited'], 'quiz_version': ['behaviour', 'grace_seconds', 'takes', 'review_after', 'review_later', 'review_closed', 'levels']}


def _forget_defaults() -> None:
    """Only the rows that were there needed them; from now on the application says every value."""
    for table, columns in NEW.items():
        with op.batch_alter_table(table) as batch_op:
            for column in columns:
                batch_op.alter_column(column, server_default=None)


def _count_in_hundredths() -> None:
    """A question has 100 points. Papers that were closed were also explained: none of them is opened again."""
    for table in ('attempt', 'attempt_item', 'grade'):
        op.execute(f"UPDATE {table} SET points = points * 100, max_points = max_points * 100")
    op.execute("UPDATE attempt SET reviewed_at = closed_at WHERE state <> 'open'")


def _fill_the_search() -> None:
    question = sa.table('question', sa.column('id'), sa.column('key'), sa.column('version_number'), sa.column('search'))
    version = sa.table('question_version', sa.column('question_id'), sa.column('number'), sa.column('body', Json))
    is_current = sa.and_(version.c.question_id == question.c.id, version.c.number == question.c.version_number)
    connection = op.get_bind()
    for row in connection.execute(sa.select(question.c.id, question.c.key, version.c.body).join(version, is_current)).all():
        words = fold(f"{row.key} {row.body.get('text', '')}")
        connection.execute(sa.update(question).where(question.c.id == row.id).values(search=words))


def _keep_the_timeline() -> None:
    """What happened to an attempt is append-only: the database itself refuses to change or delete a line."""
    if op.get_bind().dialect.name == 'sqlite':
        for change in ('UPDATE', 'DELETE'):
            name = f"attempt_event_no_{change.lower()}"
            op.execute(f"CREATE TRIGGER {name} BEFORE {change} ON attempt_event BEGIN SELECT RAISE(ABORT, 'attempt_event is append-only'); END")
        return
    op.execute(
        "CREATE FUNCTION attempt_event_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'attempt_event is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER attempt_event_no_change BEFORE UPDATE OR DELETE ON attempt_event FOR EACH ROW EXECUTE FUNCTION attempt_event_refuse()"
    )


def downgrade() -> None:
    raise NotImplementedError("migrations go forward; restore the copy instead")
