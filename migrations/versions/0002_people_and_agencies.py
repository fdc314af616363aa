"""People and agencies: heirs and undone events, reasons of absence, second factors, staff lists, accepted notices, acts that can be undone."""

from alembic import op
import sqlalchemy as sa
from lms.base.db import Instant, Json
revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('agency_import',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sent_by_id', sa.Integer(), nullable=False),
    sa.Column('file_name', sa.Text(), nullable=False),
    sa.Column('rows', Json, nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('created_at', Instant(), nullable=False),
    sa.Column('done_at', Instant(), nullable=True),
    sa.CheckConstraint("state IN ('read', 'done', 'dropped')", name=op.f('ck_agency_import_state_word')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agency_import'))
    )
    op.create_table('undo_note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('act', sa.Text(), nullable=False),
    sa.Column('table_name', sa.Text(), nullable=False),
    sa.Column('row_id', sa.Integer(), nullable=False),
    sa.Column('before', Json, nullable=True),
    sa.Column('after', Json, nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_undo_note'))
    )
    with op.batch_alter_table('undo_note', schema=None) as batch_op:
        batch_op.create_index('ix_undo_note_act', ['act', 'id'], unique=False)

    op.create_table('privacy_acceptance',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('accepted_at', Instant(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_privacy_acceptance_person_id_person')),
    sa.PrimaryKeyConstraint('person_id', 'version', name=op.f('pk_privacy_acceptance'))
    )
    op.create_table('recovery_code',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('code_hash', sa.Text(), nullable=False),
    sa.Column('used_at', Instant(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_recovery_code_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_code')),
    sa.UniqueConstraint('person_id', 'code_hash', name=op.f('uq_recovery_code_person_id_code_hash'))
    )
    op.create_table('second_factor',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('secret_sealed', sa.Text(), nullable=False),
    sa.Column('created_at', Instant(), nullable=False),
    sa.Column('confirmed_at', Instant(), nullable=True),
    sa.Column('last_step', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_second_factor_person_id_person')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_second_factor'))
    )
    op.create_table('staff_column',
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('title_key', sa.Text(), nullable=False),
    sa.Column('field', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_staff_column_agency_id_agency')),
    sa.PrimaryKeyConstraint('agency_id', 'title_key', name=op.f('pk_staff_column'))
    )
    op.create_table('staff_import',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agency_id', sa.Integer(), nullable=False),
    sa.Column('sent_by_id', sa.Integer(), nullable=False),
    sa.Column('file_name', sa.Text(), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=False),
    sa.Column('mapping', Json, nullable=True),
    sa.Column('encoding', sa.Text(), nullable=True),
    sa.Column('found', Json, nullable=True),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('percent', sa.Integer(), nullable=False),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('created_at', Instant(), nullable=False),
    sa.Column('done_at', Instant(), nullable=True),
    sa.Column('undone_at', Instant(), nullable=True),
    sa.CheckConstraint("state IN ('reading', 'read', 'failed', 'applying', 'done', 'undone', 'dropped')", name=op.f('ck_staff_import_state_word')),
    sa.CheckConstraint('percent BETWEEN 0 AND 100', name=op.f('ck_staff_import_percent')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_staff_import_agency_id_agency')),
    sa.ForeignKeyConstraint(['sent_by_id'], ['person.id'], name=op.f('fk_staff_import_sent_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_import'))
    )
    with op.batch_alter_table('staff_import', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_staff_import_agency_id'), ['agency_id'], unique=False)

    op.create_table('staff_import_file',
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['staff_import.id'], name=op.f('fk_staff_import_file_import_id_staff_import')),
    sa.PrimaryKeyConstraint('import_id', name=op.f('pk_staff_import_file'))
    )
    op.create_table('staff_import_row',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('sheet', sa.Text(), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('verdict', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('agency_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('values', Json, nullable=False),
    sa.Column('changes', Json, nullable=False),
    sa.Column('faults', Json, nullable=False),
    sa.Column('is_chosen', sa.Boolean(), nullable=False),
    sa.CheckConstraint("verdict IN ('new', 'changed', 'same', 'moved', 'unsure', 'error')", name=op.f('ck_staff_import_row_verdict_word')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_staff_import_row_agency_id_agency')),
    sa.ForeignKeyConstraint(['import_id'], ['staff_import.id'], name=op.f('fk_staff_import_row_import_id_staff_import')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_staff_import_row_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_import_row')),
    sa.UniqueConstraint('import_id', 'number', name=op.f('uq_staff_import_row_import_id_number'))
    )
    with op.batch_alter_table('staff_import_row', schema=None) as batch_op:
        batch_op.create_index('ix_staff_import_row_verdict', ['import_id', 'verdict'], unique=False)
        batch_op.create_index('ix_staff_import_row_person', ['person_id'], unique=False)

    op.create_index("ix_audit_thing", "audit", ["thing", "thing_id"])
    _keep_acceptances()
    _change("account", [("suspended_why", sa.Text())], drop=["privacy_at"])
    _change("agency", [("heir_id", sa.Integer())], keys=[("heir_id", "agency")])
    op.add_column("agency_event", sa.Column("undone_at", Instant(), nullable=True))
    op.add_column("agency_event", sa.Column("undone_by_id", sa.Integer(), nullable=True))
    _change("membership", [("reason", sa.Text()), ("decision", sa.Text())], before=_SECONDED)
    where = sa.text("NOT is_main AND to_on IS NULL")
    columns = ["person_id", "agency_id"]
    op.create_index("uq_membership_beside_open", "membership", columns, unique=True, sqlite_where=where, postgresql_where=where)
    added = [("birth_year", sa.Integer()), ("number_sealed", sa.Text()), ("number_fingerprint", sa.Text()), ("anonymised_at", Instant())]
    _change("person", added, unique=["number_fingerprint"])
    _change("role_held", [("granted_by_id", sa.Integer())], keys=[("granted_by_id", "person")])
    op.add_column("session", sa.Column("agent", sa.Text(), server_default="", nullable=False))
    op.add_column("session", sa.Column("second_at", Instant(), nullable=True))
    _one_main_agency_a_day()


_CHECKS = {  # every check of a table that is rebuilt; on PostgreSQL those marked with True are new or changed
    "account": [],
    "agency": [
        ("kind_word", "kind IN ('province', 'district', 'department', 'commune', 'school', 'unit')", False),
        ("life", "closed_on IS NULL OR closed_on >= opened_on", False),
        ("heir", "heir_id IS NULL OR closed_on IS NOT NULL", True),
        ("not_own_heir", "heir_id IS NULL OR heir_id <> id", True),
    ],
    "membership": [
        (
            "staff_kind_word",
            "staff_kind IN ('official', 'civil_servant', 'public_employee', 'contract', 'part_time', 'armed_forces')",
            False,
        ),
        ("state_word", "state IN ('working', 'on_leave', 'left')", True),
        ("reason_word", "reason IN ('maternity', 'sick', 'study', 'secondment', 'retired', 'resigned', 'moved_out')", True),
        ("reason_of_absence", "reason IS NULL OR state <> 'working'", True),
        ("period", "to_on IS NULL OR to_on > from_on", False),
    ],
    "person": [
        ("gender_word", "gender IN ('female', 'male')", False),
        ("birth", "birth_year IS NULL OR birth_on IS NULL", True),
    ],
    "role_held": [
        ("role_word", "role IN ('trainer', 'manager', 'administrator')", False),
        ("period", "to_on IS NULL OR to_on > from_on", False),
    ],
}
_SECONDED = "UPDATE membership SET state = 'on_leave', reason = 'secondment' WHERE state = 'seconded'"


def _change(table, added, drop=(), keys=(), unique=(), before=""):
    """New columns, keys and checks of a table. SQLite rebuilds it, so every check is named again."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name, kind in added:
        op.add_column(table, sa.Column(name, kind, nullable=True))
    if not is_sqlite:
        for name, _rule, is_new in _CHECKS[table]:
            if is_new and name == "state_word":
                op.drop_constraint(f"ck_{table}_{name}", table)
    if before and not is_sqlite:
        op.execute(before)
    checks = [sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}")) for name, rule, _is_new in _CHECKS[table]]
    if before and is_sqlite:
        op.execute("PRAGMA ignore_check_constraints = ON")
        op.execute(before)
        op.execute("PRAGMA ignore_check_constraints = OFF")
    with op.batch_alter_table(table, table_args=checks if is_sqlite else (), recreate="always" if is_sqlite else "never") as batch:
        for name in drop:
            batch.drop_column(name)
        for column, other in keys:
            batch.create_foreign_key(op.f(f"fk_{table}_{column}_{other}"), other, [column], ["id"])
        for column in unique:
            batch.create_unique_constraint(op.f(f"uq_{table}_{column}"), [column])
        if not is_sqlite:
            for name, rule, is_new in _CHECKS[table]:
                if is_new:
                    batch.create_check_constraint(op.f(f"ck_{table}_{name}"), sa.text(rule))


def _keep_acceptances() -> None:
    """Whoever agreed so far has agreed to the first version of the notice."""
    op.execute(
        "INSERT INTO privacy_acceptance (person_id, version, accepted_at, address) "
        "SELECT person_id, 1, privacy_at, '' FROM account WHERE privacy_at IS NOT NULL"
    )


def _one_main_agency_a_day() -> None:
    """Nobody has two main agencies on one day: the database itself refuses. On PostgreSQL the person's row is the lock."""
    if op.get_bind().dialect.name == "sqlite":
        clash = (
            "SELECT 1 FROM membership AS other WHERE other.person_id = NEW.person_id AND other.is_main AND other.id <> NEW.id "
            "AND (other.to_on IS NULL OR other.to_on > NEW.from_on) AND (NEW.to_on IS NULL OR NEW.to_on > other.from_on)"
        )
        for change in ("INSERT", "UPDATE"):
            op.execute(
                f"CREATE TRIGGER membership_one_main_{change.lower()} AFTER {change} ON membership WHEN NEW.is_main AND EXISTS ({clash}) "
                "BEGIN SELECT RAISE(ABORT, 'two main memberships on one day'); END"
            )
    else:
        op.execute(
            "CREATE FUNCTION membership_one_main() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "IF NEW.is_main THEN "
            "PERFORM 1 FROM person WHERE id = NEW.person_id FOR NO KEY UPDATE; "
            "IF EXISTS (SELECT 1 FROM membership AS other WHERE other.person_id = NEW.person_id AND other.is_main AND other.id <> NEW.id "
            "AND (other.to_on IS NULL OR other.to_on > NEW.from_on) AND (NEW.to_on IS NULL OR NEW.to_on > other.from_on)) THEN "
            "RAISE EXCEPTION 'two main memberships on one day' USING ERRCODE = 'exclusion_violation'; END IF; END IF; RETURN NEW; END $$"
        )
        op.execute(
            "CREATE TRIGGER membership_one_main AFTER INSERT OR UPDATE ON membership FOR EACH ROW EXECUTE FUNCTION membership_one_main()"
        )


def downgrade() -> None:
    raise NotImplementedError("migrations go forward; restore the copy instead")
