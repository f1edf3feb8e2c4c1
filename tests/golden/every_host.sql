-- project_id: 7
-- tz: 'UTC'
-- start: 1793491200
-- end: 1795352400
SELECT host AS d_host, sum(visits) AS m_count, count() OVER () AS total_rows FROM visits_hourly WHERE project_id = {project_id:UInt32} AND bot_name != '' AND hour >= toDateTime({start:UInt32}, 'UTC') AND hour < toDateTime({end:UInt32}, 'UTC') GROUP BY d_host ORDER BY m_count DESC, d_host ASC LIMIT 10000 OFFSET 0
