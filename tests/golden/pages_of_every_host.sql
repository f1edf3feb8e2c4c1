-- project_id: 7
-- tz: 'UTC'
-- start: 1793491200
-- end: 1795352400
SELECT any(host) AS d_host, any(path) AS d_path, bot_name AS d_bot_name, sum(visits) AS m_count, count() OVER () AS total_rows FROM pages_hourly WHERE project_id = {project_id:UInt32} AND bot_name != '' AND hour >= toDateTime({start:UInt32}, 'UTC') AND hour < toDateTime({end:UInt32}, 'UTC') GROUP BY d_bot_name, path_hash ORDER BY m_count DESC, d_host ASC, d_path ASC, d_bot_name ASC LIMIT 10000 OFFSET 0 SETTINGS optimize_move_to_prewhere = 0
