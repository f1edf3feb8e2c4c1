-- project_id: 7
-- tz: 'UTC'
-- start: 1793491200
-- end: 1795352400
-- domain: 'example.com'
-- metric_0: 10.0
-- metric_1: 0.5
SELECT path AS d_path, sum(visits) AS m_count, sumIf(visits, bot_type = 'ai_training') AS m_training, count() OVER () AS total_rows FROM pages_hourly WHERE project_id = {project_id:UInt32} AND bot_name != '' AND hour >= toDateTime({start:UInt32}, 'UTC') AND hour < toDateTime({end:UInt32}, 'UTC') AND host = {domain:String} GROUP BY d_path HAVING sum(visits) >= {metric_0:Float64} AND sumIf(visits, bot_type = 'ai_training') != {metric_1:Float64} ORDER BY m_count DESC, d_path ASC LIMIT 10000 OFFSET 0
