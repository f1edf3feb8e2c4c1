-- project_id: 7
-- tz: 'UTC'
-- first_whole_day: '2026-11-01'
-- end_of_whole_days: '2026-12-01'
-- domain: 'example.com'
SELECT toString(toDate(hour, {tz:String})) AS d_date, sum(visits) AS m_count, count() OVER () AS total_rows FROM visits_daily WHERE project_id = {project_id:UInt32} AND bot_name != '' AND day >= {first_whole_day:Date} AND day < {end_of_whole_days:Date} AND host = {domain:String} GROUP BY d_date ORDER BY d_date ASC LIMIT 10000 OFFSET 0
