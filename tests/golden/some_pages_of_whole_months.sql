-- project_id: 7
-- tz: 'UTC'
-- months: [202611]
-- pages: [1, 2]
SELECT path_hash, sum(visits) AS m_count, uniqExact(cityHash64(bot_name)) AS m_crawlers, count() OVER () AS total_rows FROM pages_monthly WHERE project_id = {project_id:UInt32} AND month IN {months:Array(UInt32)} AND (is_ai_crawler) AND path_hash IN {pages:Array(UInt64)} GROUP BY path_hash ORDER BY m_count DESC, path_hash ASC LIMIT 10000 OFFSET 0
