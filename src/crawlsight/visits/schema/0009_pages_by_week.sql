-- pages_hourly in the order of weeks, and AI crawlers first in each: a few days are read without the rest of
-- their month, and without what nobody asks for; within a week, rows of a page are still neighbours. Small
-- numbers are kept in as few bits as they need, which is read sooner. Bytes were summed up and never asked for.
-- Nothing is loaded while this runs, and it may begin again at any statement.
DROP VIEW IF EXISTS pages_hourly_view SYNC;

DROP VIEW IF EXISTS visits_hourly_view SYNC;

CREATE TABLE IF NOT EXISTS pages_by_week
(
    project_id UInt32,
    is_ai_crawler Bool,
    host LowCardinality(String),
    path LowCardinality(String),
    path_hash UInt64 MATERIALIZED cityHash64(host, path),
    hour DateTime('UTC') CODEC(T64, LZ4),
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
    visits SimpleAggregateFunction(sum, UInt64) CODEC(T64, LZ4),
    last_visit SimpleAggregateFunction(max, DateTime64(3, 'UTC')) CODEC(T64),
    expires_at SimpleAggregateFunction(max, DateTime('UTC'))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(hour)
ORDER BY
(
    project_id, is_ai_crawler, toMonday(hour), host, path, bot_name, bot_provider, bot_type, purpose,
    verification, referral_source, referral_type, method, status_code, source, hour
)
TTL expires_at
SETTINGS
    non_replicated_deduplication_window = 1000,
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_parts_to_merge_at_once = 6,
    merge_max_block_size = 1024,
    max_compress_block_size = 131072;

TRUNCATE TABLE pages_by_week;

INSERT INTO pages_by_week
(
    project_id, is_ai_crawler, host, path, hour, bot_name, bot_provider, bot_type, purpose, verification,
    referral_source, referral_type, method, status_code, source, visits, last_visit, expires_at
)
SELECT
    project_id, is_ai_crawler, host, path, hour, bot_name, bot_provider, bot_type, purpose, verification,
    referral_source, referral_type, method, status_code, source, visits, last_visit, expires_at
FROM pages_hourly
SETTINGS max_partitions_per_insert_block = 0, insert_deduplicate = 0;

EXCHANGE TABLES pages_hourly AND pages_by_week;

DROP TABLE pages_by_week SYNC;

CREATE MATERIALIZED VIEW IF NOT EXISTS pages_hourly_view TO pages_hourly AS
SELECT
    project_id,
    is_ai_crawler,
    host,
    path,
    toStartOfHour(timestamp) AS hour,
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
    project_id, is_ai_crawler, host, path, hour, bot_name, bot_provider, bot_type, purpose, verification,
    referral_source, referral_type, method, status_code, source;

ALTER TABLE visits_hourly
    DROP COLUMN IF EXISTS bytes_sent,
    MODIFY COLUMN visits CODEC(T64, LZ4),
    MODIFY COLUMN last_visit CODEC(T64);

CREATE MATERIALIZED VIEW IF NOT EXISTS visits_hourly_view TO visits_hourly AS
SELECT
    project_id,
    host,
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
    max(timestamp) AS last_visit,
    max(visits.expires_at) AS expires_at
FROM visits
GROUP BY
    project_id, host, hour, bot_name, bot_provider, bot_type, purpose, is_ai_crawler, verification,
    referral_source, referral_type, method, status_code, source;

ALTER TABLE visits_daily
    MODIFY COLUMN visits CODEC(T64, LZ4),
    MODIFY COLUMN last_visit CODEC(T64);

ALTER TABLE pages_monthly
    MODIFY COLUMN visits CODEC(T64, LZ4),
    MODIFY COLUMN last_visit CODEC(T64);
