-- pages_hourly summed by month: crawlers come back to a page for days and weeks, so most of a long range is
-- answered by a third of the rows, and its ragged ends by pages_hourly. Nearly all questions are about AI
-- crawlers; in front of the order, nobody else's rows are read for these. Nothing is loaded while this runs,
-- and it may begin again at any statement.
DROP VIEW IF EXISTS pages_monthly_view SYNC;

CREATE TABLE IF NOT EXISTS pages_monthly
(
    project_id UInt32,
    is_ai_crawler Bool,
    host LowCardinality(String),
    path LowCardinality(String),
    path_hash UInt64 MATERIALIZED cityHash64(host, path),
    month UInt32,
    bot_name LowCardinality(String),
    bot_provider LowCardinality(String),
    bot_type LowCardinality(String),
    purpose LowCardinality(String),
    verification LowCardinality(String),
    referral_source LowCardinality(String),
    referral_type LowCardinality(String),
    method LowCardinality(String),
    status_code UInt16,
    source LowCardinality(String),
    visits SimpleAggregateFunction(sum, UInt64),
    last_visit SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
    expires_at SimpleAggregateFunction(max, DateTime('UTC'))
)
ENGINE = AggregatingMergeTree
PARTITION BY month
ORDER BY
(
    project_id, is_ai_crawler, host, path, bot_name, bot_provider, bot_type, purpose, verification,
    referral_source, referral_type, method, status_code, source
)
TTL expires_at
SETTINGS
    non_replicated_deduplication_window = 1000,
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_parts_to_merge_at_once = 6,
    merge_max_block_size = 1024,
    max_compress_block_size = 131072;

TRUNCATE TABLE pages_monthly;

INSERT INTO pages_monthly
(
    project_id, is_ai_crawler, host, path, month, bot_name, bot_provider, bot_type, purpose, verification,
    referral_source, referral_type, method, status_code, source, visits, last_visit, expires_at
)
SELECT
    project_id, is_ai_crawler, host, path, toYYYYMM(hour), bot_name, bot_provider, bot_type, purpose,
    verification, referral_source, referral_type, method, status_code, source, visits, last_visit, expires_at
FROM pages_hourly
SETTINGS max_partitions_per_insert_block = 0, insert_deduplicate = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS pages_monthly_view TO pages_monthly AS
SELECT
    project_id,
    is_ai_crawler,
    host,
    path,
    toYYYYMM(timestamp) AS month,
    bot_name,
    bot_provider,
    bot_type,
    purpose,
    verification,
    referral_source,
    referral_type,
    method,
    status_code,
    source,
    count() AS visits,
    max(timestamp) AS last_visit,
    max(visits.expires_at) AS expires_at
FROM visits
GROUP BY
    project_id, is_ai_crawler, host, path, month, bot_name, bot_provider, bot_type, purpose, verification,
    referral_source, referral_type, method, status_code, source;
