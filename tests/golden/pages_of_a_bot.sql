-- project_id: 7
-- tz: 'UTC'
-- start: 1793491200
-- end: 1795352400
-- domain: 'example.com'
-- filter_0_0: 'GPTBot'
-- filter_1_0: '/blog'
SELECT path AS d_path, sum(visits) AS m_count, count() OVER () AS total_rows FROM pages_hourly WHERE project_id = {project_id:UInt32} AND bot_name != '' AND hour >= toDateTime({start:UInt32}, 'UTC') AND hour < toDateTime({end:UInt32}, 'UTC') AND host = {domain:String} AND (bot_name = {filter_0_0:String}) AND (position(path, {filter_1_0:String}) > 0) GROUP BY d_path ORDER BY m_count DESC, d_path ASC LIMIT 20 OFFSET 40
