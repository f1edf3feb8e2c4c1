-- One row per request that a project keeps. The hundred-odd partitions of a long history are few enough
-- to insert into at once, and whole months expire together.
-- The deduplication window makes loading the same block twice a no-op; fsync makes a loaded block as
-- durable as the outbox row that is deleted after it.
-- The engine's default buffers are made for larger machines: a merge would take tens of MiB.
CREATE TABLE IF NOT EXISTS visits
(
    visit_id UUID,
    project_id UInt32,
    source LowCardinality(String),
    timestamp DateTime64(3, 'UTC'),
    received_at DateTime('UTC'),
    expires_at DateTime('UTC'),
    host LowCardinality(String),
    path String,
    query_params Map(String, String),
    method LowCardinality(String),
    status_code UInt16,
    ip String,
    user_agent String,
    referer String,
    bytes_sent Nullable(UInt64),
    duration_ms Nullable(Float64),
    bot_name LowCardinality(String),
    bot_provider LowCardinality(String),
    bot_type LowCardinality(String),
    purpose LowCardinality(String),
    is_ai_crawler Bool,
    verification LowCardinality(String),
    referral_source LowCardinality(String),
    referral_type LowCardinality(String)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(timestamp)
ORDER BY (project_id, host, timestamp)
TTL expires_at
SETTINGS
    non_replicated_deduplication_window = 1000,
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_parts_to_merge_at_once = 6,
    merge_max_block_size = 1024,
    max_compress_block_size = 131072;
