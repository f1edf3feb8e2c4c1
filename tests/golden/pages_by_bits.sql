-- project_id: 7
-- tz: 'UTC'
-- months: [202611]
-- from_0: 1792454400
-- to_0: 1793491200
-- domain: 'example.com'
-- values: ['ClaudeBot', 'GPTBot']
SELECT {values:Array(String)}[at + 1] AS d_bot_name, count() AS m_pages, count() OVER () AS total_rows FROM (SELECT groupBitOr(bitShiftLeft(toUInt64(1), transform(bot_name, {values:Array(String)}, range(2), 63))) AS bits FROM (SELECT host, bot_name, bot_provider, bot_type, purpose, is_ai_crawler, verification, referral_source, referral_type, method, status_code, source, visits, last_visit, path, path_hash FROM pages_monthly WHERE project_id = {project_id:UInt32} AND bot_name != '' AND month IN {months:Array(UInt32)} AND host = {domain:String} UNION ALL SELECT host, bot_name, bot_provider, bot_type, purpose, is_ai_crawler, verification, referral_source, referral_type, method, status_code, source, visits, last_visit, path, path_hash FROM pages_hourly WHERE project_id = {project_id:UInt32} AND bot_name != '' AND (hour >= toDateTime({from_0:UInt32}, 'UTC') AND hour < toDateTime({to_0:UInt32}, 'UTC')) AND host = {domain:String}) GROUP BY path_hash) ARRAY JOIN bitPositionsToArray(bits) AS at WHERE at < 2 GROUP BY at
