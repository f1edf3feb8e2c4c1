-- project_id: 7
-- tz: 'UTC'
-- first_day: '2026-10-20'
-- start: 1792454400
-- end: 1795352400
SELECT path_hash, toString(toDate({first_day:String}) + intDiv(dateDiff('day', toDate({first_day:String}), toDate(hour, {tz:String})), 7) * 7) AS d_date, sum(visits) AS m_count, uniqExact(cityHash64(bot_name)) AS m_crawlers, count() OVER () AS total_rows FROM pages_hourly WHERE project_id = {project_id:UInt32} AND bot_name != '' AND hour >= toDateTime({start:UInt32}, 'UTC') AND hour < toDateTime({end:UInt32}, 'UTC') GROUP BY path_hash, d_date ORDER BY m_count DESC, path_hash, d_date LIMIT 10000 OFFSET 0 SETTINGS optimize_move_to_prewhere = 0
