-- project_id: 7
-- tz: 'UTC'
-- start: 1793491200.0
-- end: 1795352400.0
-- domain: 'example.com'
-- filter_0_0: 'true'
SELECT purpose AS d_purpose, uniqExact(path_hash) AS m_pages, uniqExact(bot_name) AS m_crawlers, count() OVER () AS total_rows FROM pages_hourly WHERE project_id = {project_id:UInt32} AND bot_name != '' AND hour >= toDateTime64({start:Float64}, 3, 'UTC') AND hour < toDateTime64({end:Float64}, 3, 'UTC') AND host = {domain:String} AND (if(is_ai_crawler, 'true', 'false') = {filter_0_0:String}) GROUP BY d_purpose ORDER BY m_pages DESC, d_purpose ASC LIMIT 10000 OFFSET 0
