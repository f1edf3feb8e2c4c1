-- pages_hourly in the order of paths instead of hours: rows of a page are neighbours, so that its columns
-- are read as a few runs, one page is found without reading the others, and distinct pages are counted by
-- a number. Nothing is loaded while this runs, and it may begin again at any statement.
DROP VIEW IF EXISTS pages_hourly_view SYNC;

CREATE TABLE IF NOT EXISTS pages_by_path
(
    project_id UInt32,
    host LowCardinality(String),
    path LowCardinality(String),
    path_hash UInt64 MATERIALIZED cityHash64(host, path),
    hour DateTime('UTC'),
    bot_name LowCardinality(String),
    bot_provider LowCardinality(String),
    bot_type LowCardinality(String),
    purpose LowCardinality(String),
    is_ai_crawler Bool,
    verification LowCardinality(String),
    referral_source LowCardinality(String),
    referral_type LowCardinality(String),
    method LowCardinality(String),
    status_code UInt16,
    source LowCardinality(String),
    visits SimpleAggregateFunction(sum, UInt64),
    bytes_sent SimpleAggregateFunction(sum, UInt64),
    last_visit SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
    expires_at SimpleAggregateFunction(max, DateTime('UTC'))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(hour)
ORDER BY
(
    project_id, host, path, bot_name, bot_provider, bot_type, purpose, is_ai_crawler, verification,
    referral_source, referral_type, method, status_code, source, hour
)
TTL expires_at
SETTINGS
    non_replicated_deduplication_window = 1000,
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_parts_to_merge_at_once = 6,
    merge_max_block_size = 1024,
    max_compress_block_size = 131072;

TRUNCATE TABLE pages_by_path;

INSERT INTO pages_by_path
(
    project_id, host, path, hour, bot_name, bot_provider, bot_type, purpose, is_ai_crawler, verification,
    referral_source, referral_type, method, status_code, source, visits, bytes_sent, last_visit, expires_at
)
SELECT
    project_id, host, path, hour, bot_name, bot_provider, bot_type, purpose, is_ai_crawler, verification,
    referral_source, referral_type, method, status_code, source, visits, bytes_sent, last_visit, expires_at
FROM pages_hourly
SETTINGS max_partitions_per_insert_block = 0, insert_deduplicate = 0;

EXCHANGE TABLES pages_hourly AND pages_by_path;

DROP TABLE pages_by_path SYNC;

CREATE MATERIALIZED VIEW IF NOT EXISTS pages_hourly_view TO pages_hourly AS
SELECT
    project_id,
    host,
    path,
    toStartOfHour(timestamp) AS hour,
    bot_name,
    bot_provider,
    bot_type,
    purpose,
    is_ai_crawler,
    verification,
    referral_source,
    referral_type,
    method,
    status_code,
    source,
    count() AS visits,
    sum(ifNull(visits.bytes_sent, 0)) AS bytes_sent,
    max(timestamp) AS last_visit,
    max(visits.expires_at) AS expires_at
FROM visits
GROUP BY
    project_id, host, hour, path, bot_name, bot_provider, bot_type, purpose, is_ai_crawler, verification,
    referral_source, referral_type, method, status_code, source;
