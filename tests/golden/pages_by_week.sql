-- project_id: 7
-- tz: 'UTC'
-- weeks: [datetime.date(2026, 10, 26), datetime.date(2026, 11, 2), datetime.date(2026, 11, 9), datetime.date(2026, 11, 16)]
-- from_day_0: datetime.date(2026, 10, 20)
-- to_day_0: datetime.date(2026, 10, 26)
SELECT path_hash, toString(toMonday(hour, {tz:String})) AS d_date, sum(visits) AS m_count, uniqExactArray(crawlers) AS m_crawlers, count() OVER () AS total_rows FROM (SELECT hour, host, path, path_hash, folder, visits, citations, indexing, training, agents, errors, verified, crawlers, last_visit FROM page_sums_weekly WHERE project_id = {project_id:UInt32} AND week IN {weeks:Array(Date)} UNION ALL SELECT hour, host, path, path_hash, folder, visits, citations, indexing, training, agents, errors, verified, crawlers, last_visit FROM page_sums_daily WHERE project_id = {project_id:UInt32} AND (day >= {from_day_0:Date} AND day < {to_day_0:Date})) GROUP BY path_hash, d_date ORDER BY m_count DESC, path_hash, d_date LIMIT 10000 OFFSET 0 SETTINGS optimize_move_to_prewhere = 0
