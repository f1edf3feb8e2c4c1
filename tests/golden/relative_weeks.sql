-- project_id: 7
-- tz: 'UTC'
-- start: 1793491200
-- end: 1795352400
-- domain: 'example.com'
-- first_day: '2026-11-01'
SELECT toString(toDate({first_day:String}) + intDiv(dateDiff('day', toDate({first_day:String}), toDate(hour, {tz:String})), 7) * 7) AS d_date, bot_name AS d_bot_name, sum(visits) AS m_count, count() OVER () AS total_rows FROM visits_hourly WHERE project_id = {project_id:UInt32} AND bot_name != '' AND hour >= toDateTime({start:UInt32}, 'UTC') AND hour < toDateTime({end:UInt32}, 'UTC') AND host = {domain:String} GROUP BY d_date, d_bot_name ORDER BY m_count DESC, d_date ASC, d_bot_name ASC LIMIT 10000 OFFSET 0
