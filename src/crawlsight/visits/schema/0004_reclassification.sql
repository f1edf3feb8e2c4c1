-- Months whose rollups no longer say what their visits say, as long as that lasts: whoever opens the store
-- after a crash makes them anew. A partition each, so that a mark is taken away at once.
CREATE TABLE IF NOT EXISTS rollup_rebuilds
(
    month UInt32
)
ENGINE = MergeTree
PARTITION BY month
ORDER BY month
SETTINGS
    fsync_after_insert = 1,
    fsync_part_directory = 1;

-- What groups of visits become while they are judged again, by the hash of what they were; else empty.
-- An update that outlives its process goes on reading it, so it is never dropped.
CREATE TABLE IF NOT EXISTS reclassified_groups
(
    group_hash FixedString(16),
    is_changed Bool,
    bot_name String,
    bot_provider String,
    bot_type String,
    purpose String,
    is_ai_crawler Bool,
    verification String,
    verification_evidence String
)
ENGINE = Join(ANY, LEFT, group_hash);
