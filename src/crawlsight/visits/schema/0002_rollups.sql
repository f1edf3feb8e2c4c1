-- The one family of rollups: visits counted by hour, with and without the path. Every dimension that a
-- report may group by is a column of both, so a report needs the visits themselves only for time zones
-- that are no whole hours from UTC and for ends of a range inside an hour.
CREATE TABLE IF NOT EXISTS visits_hourly
(
    project_id UInt32,
    host LowCardinality(String),
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
    project_id, host, hour, bot_name, bot_provider, bot_type, purpose, is_ai_crawler, verification,
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
    sum(ifNull(visits.bytes_sent, 0)) AS bytes_sent,
    max(timestamp) AS last_visit,
    max(visits.expires_at) AS expires_at
FROM visits
GROUP BY
    project_id, host, hour, bot_name, bot_provider, bot_type, purpose, is_ai_crawler, verification,
    referral_source, referral_type, method, status_code, source;

CREATE TABLE IF NOT EXISTS pages_hourly
(
    project_id UInt32,
    host LowCardinality(String),
    hour DateTime('UTC'),
    path String,
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
    project_id, host, hour, path, bot_name, bot_provider, bot_type, purpose, is_ai_crawler, verification,
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

CREATE MATERIALIZED VIEW IF NOT EXISTS pages_hourly_view TO pages_hourly AS
SELECT
    project_id,
    host,
    toStartOfHour(timestamp) AS hour,
    path,
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
