-- project_id: 7
-- tz: 'UTC'
-- start: 1793491200
-- end: 1795352400
-- domain: 'example.com'
SELECT purpose AS d_purpose, uniqExact(path_hash) AS m_pages, uniqExact(cityHash64(bot_name)) AS m_crawlers, count() OVER () AS total_rows FROM pages_hourly WHERE project_id = {project_id:UInt32} AND hour >= toDateTime({start:UInt32}, 'UTC') AND hour < toDateTime({end:UInt32}, 'UTC') AND host = {domain:String} AND (is_ai_crawler) GROUP BY d_purpose ORDER BY m_pages DESC, d_purpose ASC LIMIT 10000 OFFSET 0
