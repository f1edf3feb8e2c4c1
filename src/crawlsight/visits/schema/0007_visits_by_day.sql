-- visits_hourly summed by day: what is not asked by the hour is answered by a fifteenth of the rows. Nothing is
-- loaded while this runs, and it may begin again at any statement.
DROP VIEW IF EXISTS visits_daily_view SYNC;

CREATE TABLE IF NOT EXISTS visits_daily
(
    project_id UInt32,
    host LowCardinality(String),
    day Date,
    hour DateTime('UTC') ALIAS toDateTime(day, 'UTC'),
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
    last_visit SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
    expires_at SimpleAggregateFunction(max, DateTime('UTC'))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY
(
    project_id, host, day, bot_name, bot_provider, bot_type, purpose, is_ai_crawler, verification,
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

TRUNCATE TABLE visits_daily;

INSERT INTO visits_daily
(
    project_id, host, day, bot_name, bot_provider, bot_type, purpose, is_ai_crawler, verification,
    referral_source, referral_type, method, status_code, source, visits, last_visit, expires_at
)
SELECT
    project_id, host, toDate(hour), bot_name, bot_provider, bot_type, purpose, is_ai_crawler, verification,
    referral_source, referral_type, method, status_code, source, visits, last_visit, expires_at
FROM visits_hourly
SETTINGS max_partitions_per_insert_block = 0, insert_deduplicate = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS visits_daily_view TO visits_daily AS
SELECT
    project_id,
    host,
    toDate(timestamp) AS day,
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
    max(timestamp) AS last_visit,
    max(visits.expires_at) AS expires_at
FROM visits
GROUP BY
    project_id, host, day, bot_name, bot_provider, bot_type, purpose, is_ai_crawler, verification,
    referral_source, referral_type, method, status_code, source;
