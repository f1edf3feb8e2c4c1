-- A row for each page and day, week and month: most questions about pages set no filter but on AI crawlers, and
-- a page has few of these rows where it has hundreds of pages_monthly. What is counted of a page is a column
-- each, and the bots that came a list of the hashes of their names. Weeks begin on Monday. Most paths are in few
-- of the rows, so a dictionary of them would be read for longer than the texts. pages_weekly, whose weeks began four
-- times a month, is not needed any more. Nothing is loaded while this runs, and it may begin again at any statement.
DROP VIEW IF EXISTS pages_weekly_view SYNC;

DROP TABLE IF EXISTS pages_weekly SYNC;

DROP VIEW IF EXISTS page_sums_daily_view SYNC;

DROP VIEW IF EXISTS page_sums_weekly_view SYNC;

DROP VIEW IF EXISTS page_sums_monthly_view SYNC;

CREATE TABLE IF NOT EXISTS page_sums_daily
(
    project_id UInt32,
    is_ai_crawler Bool,
    day Date,
    hour DateTime('UTC') ALIAS toDateTime(day, 'UTC'),
    host LowCardinality(String),
    path String,
    path_hash UInt64 MATERIALIZED cityHash64(host, path),
    folder LowCardinality(String) MATERIALIZED
        if(position(path, '/', 2) = 0, '/', substring(path, 1, position(path, '/', 2))),
    visits SimpleAggregateFunction(sum, UInt64) CODEC(T64, LZ4),
    citations SimpleAggregateFunction(sum, UInt64) CODEC(T64, LZ4),
    indexing SimpleAggregateFunction(sum, UInt64) CODEC(T64, LZ4),
    training SimpleAggregateFunction(sum, UInt64) CODEC(T64, LZ4),
    agents SimpleAggregateFunction(sum, UInt64) CODEC(T64, LZ4),
    errors SimpleAggregateFunction(sum, UInt64) CODEC(T64, LZ4),
    verified SimpleAggregateFunction(sum, UInt64) CODEC(T64, LZ4),
    crawlers SimpleAggregateFunction(groupUniqArrayArray, Array(UInt64)),
    last_visit SimpleAggregateFunction(max, DateTime64(3, 'UTC')) CODEC(T64),
    expires_at SimpleAggregateFunction(max, DateTime('UTC'))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (project_id, is_ai_crawler, day, host, path)
TTL expires_at
SETTINGS
    non_replicated_deduplication_window = 1000,
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_parts_to_merge_at_once = 6,
    merge_max_block_size = 1024,
    max_compress_block_size = 131072;

TRUNCATE TABLE page_sums_daily;

CREATE TABLE IF NOT EXISTS page_sums_weekly
(
    project_id UInt32,
    is_ai_crawler Bool,
    week Date,
    hour DateTime('UTC') ALIAS toDateTime(week, 'UTC'),
    host LowCardinality(String),
    path String,
    path_hash UInt64 MATERIALIZED cityHash64(host, path),
    folder LowCardinality(String) MATERIALIZED
        if(position(path, '/', 2) = 0, '/', substring(path, 1, position(path, '/', 2))),
    visits SimpleAggregateFunction(sum, UInt64) CODEC(T64, LZ4),
    citations SimpleAggregateFunction(sum, UInt64) CODEC(T64, LZ4),
    indexing SimpleAggregateFunction(sum, UInt64) CODEC(T64, LZ4),
    training SimpleAggregateFunction(sum, UInt64) CODEC(T64, LZ4),
    agents SimpleAggregateFunction(sum, UInt64) CODEC(T64, LZ4),
    errors SimpleAggregateFunction(sum, UInt64) CODEC(T64, LZ4),
    verified SimpleAggregateFunction(sum, UInt64) CODEC(T64, LZ4),
    crawlers SimpleAggregateFunction(groupUniqArrayArray, Array(UInt64)),
    last_visit SimpleAggregateFunction(max, DateTime64(3, 'UTC')) CODEC(T64),
    expires_at SimpleAggregateFunction(max, DateTime('UTC'))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(week)
ORDER BY (project_id, is_ai_crawler, week, host, path)
TTL expires_at
SETTINGS
    non_replicated_deduplication_window = 1000,
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_parts_to_merge_at_once = 6,
    merge_max_block_size = 1024,
    max_compress_block_size = 131072;

TRUNCATE TABLE page_sums_weekly;

CREATE TABLE IF NOT EXISTS page_sums_monthly
(
    project_id UInt32,
    is_ai_crawler Bool,
    month UInt32,
    hour DateTime('UTC') ALIAS toDateTime(YYYYMMDDToDate(month * 100 + 1), 'UTC'),
    host LowCardinality(String),
    path String,
    path_hash UInt64 MATERIALIZED cityHash64(host, path),
    folder LowCardinality(String) MATERIALIZED
        if(position(path, '/', 2) = 0, '/', substring(path, 1, position(path, '/', 2))),
    visits SimpleAggregateFunction(sum, UInt64) CODEC(T64, LZ4),
    citations SimpleAggregateFunction(sum, UInt64) CODEC(T64, LZ4),
    indexing SimpleAggregateFunction(sum, UInt64) CODEC(T64, LZ4),
    training SimpleAggregateFunction(sum, UInt64) CODEC(T64, LZ4),
    agents SimpleAggregateFunction(sum, UInt64) CODEC(T64, LZ4),
    errors SimpleAggregateFunction(sum, UInt64) CODEC(T64, LZ4),
    verified SimpleAggregateFunction(sum, UInt64) CODEC(T64, LZ4),
    crawlers SimpleAggregateFunction(groupUniqArrayArray, Array(UInt64)),
    last_visit SimpleAggregateFunction(max, DateTime64(3, 'UTC')) CODEC(T64),
    expires_at SimpleAggregateFunction(max, DateTime('UTC'))
)
ENGINE = AggregatingMergeTree
PARTITION BY month
ORDER BY (project_id, is_ai_crawler, month, host, path)
TTL expires_at
SETTINGS
    non_replicated_deduplication_window = 1000,
    fsync_after_insert = 1,
    fsync_part_directory = 1,
    min_parts_to_merge_at_once = 6,
    merge_max_block_size = 1024,
    max_compress_block_size = 131072;

TRUNCATE TABLE page_sums_monthly;

INSERT INTO page_sums_daily
(
    project_id, is_ai_crawler, day, host, path, visits, citations, indexing, training, agents, errors,
    verified, crawlers, last_visit, expires_at
)
SELECT
    project_id,
    is_ai_crawler,
    toDate(hour),
    host,
    path,
    visits,
    if(bot_type = 'ai_assistant', visits, 0),
    if(bot_type = 'index', visits, 0),
    if(bot_type = 'ai_training', visits, 0),
    if(bot_type = 'ai_agent', visits, 0),
    if(status_code >= 400, visits, 0),
    if(verification = 'verified', visits, 0),
    [cityHash64(bot_name)],
    last_visit,
    expires_at
FROM pages_hourly
WHERE bot_name != ''
SETTINGS max_partitions_per_insert_block = 0, insert_deduplicate = 0;

INSERT INTO page_sums_weekly
(
    project_id, is_ai_crawler, week, host, path, visits, citations, indexing, training, agents, errors,
    verified, crawlers, last_visit, expires_at
)
SELECT
    project_id, is_ai_crawler, toMonday(day), host, path, visits, citations, indexing, training, agents,
    errors, verified, crawlers, last_visit, expires_at
FROM page_sums_daily
SETTINGS max_partitions_per_insert_block = 0, insert_deduplicate = 0;

INSERT INTO page_sums_monthly
(
    project_id, is_ai_crawler, month, host, path, visits, citations, indexing, training, agents, errors,
    verified, crawlers, last_visit, expires_at
)
SELECT
    project_id, is_ai_crawler, toYYYYMM(day), host, path, visits, citations, indexing, training, agents,
    errors, verified, crawlers, last_visit, expires_at
FROM page_sums_daily
SETTINGS max_partitions_per_insert_block = 0, insert_deduplicate = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS page_sums_daily_view TO page_sums_daily AS
SELECT
    project_id,
    is_ai_crawler,
    toDate(timestamp) AS day,
    host,
    path,
    count() AS visits,
    countIf(bot_type = 'ai_assistant') AS citations,
    countIf(bot_type = 'index') AS indexing,
    countIf(bot_type = 'ai_training') AS training,
    countIf(bot_type = 'ai_agent') AS agents,
    countIf(status_code >= 400) AS errors,
    countIf(verification = 'verified') AS verified,
    groupUniqArray(cityHash64(bot_name)) AS crawlers,
    max(timestamp) AS last_visit,
    max(visits.expires_at) AS expires_at
FROM visits
WHERE bot_name != ''
GROUP BY project_id, is_ai_crawler, day, host, path;

CREATE MATERIALIZED VIEW IF NOT EXISTS page_sums_weekly_view TO page_sums_weekly AS
SELECT
    project_id,
    is_ai_crawler,
    toMonday(day) AS week,
    host,
    path,
    visits,
    citations,
    indexing,
    training,
    agents,
    errors,
    verified,
    crawlers,
    last_visit,
    expires_at
FROM page_sums_daily;

CREATE MATERIALIZED VIEW IF NOT EXISTS page_sums_monthly_view TO page_sums_monthly AS
SELECT
    project_id,
    is_ai_crawler,
    toYYYYMM(day) AS month,
    host,
    path,
    visits,
    citations,
    indexing,
    training,
    agents,
    errors,
    verified,
    crawlers,
    last_visit,
    expires_at
FROM page_sums_daily;
