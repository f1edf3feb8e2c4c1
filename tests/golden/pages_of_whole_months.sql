-- project_id: 7
-- tz: 'UTC'
-- months: [202611]
SELECT any(host) AS d_host, any(path) AS d_path, sum(visits) AS m_count, uniqExact(cityHash64(bot_name)) AS m_crawlers, count() OVER () AS total_rows FROM pages_monthly WHERE project_id = {project_id:UInt32} AND bot_name != '' AND month IN {months:Array(UInt32)} GROUP BY path_hash ORDER BY m_count DESC, d_host ASC, d_path ASC LIMIT 10000 OFFSET 0
