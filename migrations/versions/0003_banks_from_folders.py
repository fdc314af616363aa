"""Banks from folders: what a course folder fills is told from what was imported."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bank", sa.Column("is_from_folder", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("bank") as batch:
        batch.alter_column("is_from_folder", server_default=None)


def downgrade() -> None:
    raise NotImplementedError("migrations go forward; restore the copy instead")
