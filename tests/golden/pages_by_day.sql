-- project_id: 7
-- tz: 'UTC'
-- first_day: '2026-10-20'
-- from_day_0: datetime.date(2026, 10, 20)
-- to_day_0: datetime.date(2026, 11, 23)
SELECT path_hash, toString(toDate({first_day:String}) + intDiv(dateDiff('day', toDate({first_day:String}), toDate(hour, {tz:String})), 7) * 7) AS d_date, sum(visits) AS m_count, uniqExactArray(crawlers) AS m_crawlers, count() OVER () AS total_rows FROM page_sums_daily WHERE project_id = {project_id:UInt32} AND (day >= {from_day_0:Date} AND day < {to_day_0:Date}) GROUP BY path_hash, d_date ORDER BY m_count DESC, path_hash, d_date LIMIT 10000 OFFSET 0 SETTINGS optimize_move_to_prewhere = 0
