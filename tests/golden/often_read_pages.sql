-- project_id: 7
-- tz: 'UTC'
-- months: [202611]
-- from_day_0: datetime.date(2026, 10, 20)
-- to_day_0: datetime.date(2026, 11, 1)
-- metric_0: 1.0
SELECT path_hash, sum(visits) AS m_count, uniqExactArray(crawlers) AS m_crawlers, count() OVER () AS total_rows FROM (SELECT hour, host, path, path_hash, folder, visits, citations, indexing, training, agents, errors, verified, crawlers, last_visit FROM page_sums_monthly WHERE project_id = {project_id:UInt32} AND month IN {months:Array(UInt32)} UNION ALL SELECT hour, host, path, path_hash, folder, visits, citations, indexing, training, agents, errors, verified, crawlers, last_visit FROM page_sums_daily WHERE project_id = {project_id:UInt32} AND (day >= {from_day_0:Date} AND day < {to_day_0:Date})) GROUP BY path_hash HAVING sum(visits) > {metric_0:Float64} ORDER BY m_count DESC, path_hash LIMIT 10000 OFFSET 0 SETTINGS optimize_move_to_prewhere = 0
