"""What identifies the content of an uploaded file where it came from."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column(
        "uploads", sa.Column("fingerprint", sa.String(length=64), nullable=False, server_default="")
    )
    op.create_index("uploads_by_fingerprint", "uploads", ["project_id", "fingerprint"], unique=False)
