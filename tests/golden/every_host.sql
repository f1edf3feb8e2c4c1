-- project_id: 7
-- tz: 'UTC'
-- start: 1793491200.0
-- end: 1795352400.0
SELECT host AS d_host, sum(visits) AS m_count, count() OVER () AS total_rows FROM visits_hourly WHERE project_id = {project_id:UInt32} AND bot_name != '' AND hour >= toDateTime64({start:Float64}, 3, 'UTC') AND hour < toDateTime64({end:Float64}, 3, 'UTC') GROUP BY d_host ORDER BY m_count DESC, d_host ASC LIMIT 10000 OFFSET 0
