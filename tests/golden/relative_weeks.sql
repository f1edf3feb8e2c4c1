-- project_id: 7
-- tz: 'UTC'
-- first_day: '2026-11-01'
-- first_whole_day: '2026-11-01'
-- end_of_whole_days: '2026-11-22'
-- from_0: 1795305600
-- to_0: 1795352400
-- domain: 'example.com'
SELECT toString(toDate({first_day:String}) + intDiv(dateDiff('day', toDate({first_day:String}), toDate(hour, {tz:String})), 7) * 7) AS d_date, bot_name AS d_bot_name, sum(visits) AS m_count, count() OVER () AS total_rows FROM (SELECT host, bot_name, bot_provider, bot_type, purpose, is_ai_crawler, verification, referral_source, referral_type, method, status_code, source, visits, last_visit, hour FROM visits_daily WHERE project_id = {project_id:UInt32} AND bot_name != '' AND day >= {first_whole_day:Date} AND day < {end_of_whole_days:Date} AND host = {domain:String} UNION ALL SELECT host, bot_name, bot_provider, bot_type, purpose, is_ai_crawler, verification, referral_source, referral_type, method, status_code, source, visits, last_visit, hour FROM visits_hourly WHERE project_id = {project_id:UInt32} AND bot_name != '' AND (hour >= toDateTime({from_0:UInt32}, 'UTC') AND hour < toDateTime({to_0:UInt32}, 'UTC')) AND host = {domain:String}) GROUP BY d_date, d_bot_name ORDER BY m_count DESC, d_date ASC, d_bot_name ASC LIMIT 10000 OFFSET 0
