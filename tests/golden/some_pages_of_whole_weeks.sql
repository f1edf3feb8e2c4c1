-- project_id: 7
-- tz: 'UTC'
-- weeks: [datetime.date(2026, 10, 26)]
-- pages: [1, 2]
SELECT path_hash, sum(visits) AS m_count, uniqExactArray(crawlers) AS m_crawlers, count() OVER () AS total_rows FROM page_sums_weekly WHERE project_id = {project_id:UInt32} AND week IN {weeks:Array(Date)} AND (is_ai_crawler) AND path_hash IN {pages:Array(UInt64)} GROUP BY path_hash ORDER BY m_count DESC, path_hash LIMIT 10000 OFFSET 0
