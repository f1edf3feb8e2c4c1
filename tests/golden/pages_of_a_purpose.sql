-- project_id: 7
-- tz: 'UTC'
-- months: [202611]
-- from_0: 1792454400
-- to_0: 1793491200
-- filter_0_0: 'training'
SELECT path_hash, sum(visits) AS m_count, uniqExact(cityHash64(bot_name)) AS m_crawlers, count() OVER () AS total_rows FROM (SELECT host, bot_name, bot_provider, bot_type, purpose, is_ai_crawler, verification, referral_source, referral_type, method, status_code, source, visits, last_visit, path, path_hash FROM pages_monthly WHERE project_id = {project_id:UInt32} AND bot_name != '' AND month IN {months:Array(UInt32)} AND (purpose = {filter_0_0:String}) UNION ALL SELECT host, bot_name, bot_provider, bot_type, purpose, is_ai_crawler, verification, referral_source, referral_type, method, status_code, source, visits, last_visit, path, path_hash FROM pages_hourly WHERE project_id = {project_id:UInt32} AND bot_name != '' AND (hour >= toDateTime({from_0:UInt32}, 'UTC') AND hour < toDateTime({to_0:UInt32}, 'UTC')) AND (purpose = {filter_0_0:String})) GROUP BY path_hash ORDER BY m_count DESC, path_hash LIMIT 10000 OFFSET 0
