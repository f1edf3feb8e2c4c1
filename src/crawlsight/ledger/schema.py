"""The ledger's tables: projects, keys, batches, the outbox, statistics and what was set aside."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

metadata = MetaData()

# SQLite numbers rows by INTEGER keys alone; PostgreSQL wants the wider type.
_RowId = BigInteger().with_variant(Integer, "sqlite")

# Instants are epoch milliseconds, so that both databases compare them alike.
projects = Table(
    "projects",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("domains", Text, nullable=False),
    # Empty until given or until the first key's style decides.
    Column("keep", String(10)),
    Column("retention_days", Integer),
    Column("ip_policy", String(10), nullable=False),
    Column("human_ip_policy", String(10), nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
)

# Ids are never given again, and whose visits are still to be deleted is not forgotten by a crash.
deleted_projects = Table(
    "deleted_projects",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("deleted_at_ms", BigInteger, nullable=False),
    # Empty until nothing of it can come any more.
    Column("purged_at_ms", BigInteger),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("project_id", ForeignKey("projects.id"), nullable=False),
    Column("style", String(3), nullable=False),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("hint", String(12), nullable=False),
    Column("name", String(100), nullable=False),
    Column("scopes", String(200), nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("expires_at_ms", BigInteger),
    Column("revoked_at_ms", BigInteger),
    Column("last_used_at_ms", BigInteger),
)

# One row per claimed Idempotency-Key, with the answer that a repetition gets again.
batches = Table(
    "batches",
    metadata,
    Column("project_id", Integer, nullable=False),
    Column("idempotency_key", String(255), nullable=False),
    Column("batch_id", String(36), nullable=False),
    Column("body_sha256", LargeBinary(32), nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("received_at_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("project_id", "idempotency_key"),
    Index("batches_by_age", "received_at_ms"),
)

# Rows on their way to visits; ``load_id`` names the block that a row was made part of.
outbox = Table(
    "outbox",
    metadata,
    Column("id", _RowId, primary_key=True),
    Column("rows", Integer, nullable=False),
    Column("block", LargeBinary, nullable=False),
    Column("received_at_ms", BigInteger, nullable=False),
    Column("load_id", String(36)),
    Index("outbox_by_load", "load_id"),
)

source_hours = Table(
    "source_hours",
    metadata,
    Column("project_id", Integer, nullable=False),
    Column("key_id", Integer, nullable=False),
    Column("hour_ms", BigInteger, nullable=False),
    Column("requests", BigInteger, nullable=False),
    Column("duplicates", BigInteger, nullable=False),
    Column("received_records", BigInteger, nullable=False),
    Column("accepted_records", BigInteger, nullable=False),
    Column("stored_records", BigInteger, nullable=False),
    Column("dropped_records", BigInteger, nullable=False),
    Column("rejected_records", BigInteger, nullable=False),
    Column("quarantined_records", BigInteger, nullable=False),
    Column("last_ingest_at_ms", BigInteger, nullable=False),
    PrimaryKeyConstraint("project_id", "key_id", "hour_ms"),
)

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("id", _RowId, primary_key=True),
    Column("project_id", Integer, nullable=False),
    Column("key_id", Integer, nullable=False),
    Column("batch_id", String(36), nullable=False),
    Column("record_index", Integer, nullable=False),
    Column("field", String(40), nullable=False),
    Column("message", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("received_at_ms", BigInteger, nullable=False),
    Index("dead_letters_by_age", "received_at_ms"),
    Index("dead_letters_by_project", "project_id", "id"),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", _RowId, primary_key=True),
    Column("project_id", Integer, nullable=False),
    Column("key_id", Integer, nullable=False),
    Column("host", String(255), nullable=False),
    Column("records", Integer, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("block", LargeBinary, nullable=False),
    Column("received_at_ms", BigInteger, nullable=False),
    Index("quarantine_by_project", "project_id", "host"),
    Index("quarantine_by_age", "received_at_ms"),
)

# Uploaded files and how far each has come; a file that was imported before is known by its first line and
# by the hash of all that was read of it.
uploads = Table(
    "uploads",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("project_id", Integer, nullable=False),
    Column("key_id", Integer, nullable=False),
    Column("name", String(255), nullable=False),
    Column("state", String(10), nullable=False),
    Column("format", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("host", String(255), nullable=False),
    *(
        Column(name, BigInteger, nullable=False)
        for name in (
            "bytes_total",
            "bytes_read",
            "lines",
            "received_records",
            "stored_ai_crawler_records",
            "stored_other_records",
            "dropped_records",
            "quarantined_records",
            "rejected_records",
            "skipped_lines",
            "position",
        )
    ),
    Column("head_sha256", String(64), nullable=False),
    Column("prefix_sha256", String(64), nullable=False),
    Column("header", LargeBinary, nullable=False),
    Column("errors", Text, nullable=False),
    Column("skipped", Text, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("updated_at_ms", BigInteger, nullable=False),
    Column("fingerprint", String(64), nullable=False, server_default=""),
    Index("uploads_by_project", "project_id", "head_sha256"),
    Index("uploads_by_fingerprint", "project_id", "fingerprint"),
)
