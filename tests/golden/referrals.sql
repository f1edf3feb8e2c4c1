-- project_id: 7
-- tz: 'UTC'
-- first_whole_day: '2026-11-01'
-- end_of_whole_days: '2026-11-22'
-- from_0: 1795305600
-- to_0: 1795352400
-- domain: 'example.com'
SELECT referral_source AS d_referral_source, referral_type AS d_referral_type, sumIf(visits, referral_type != 'referer-utm') AS m_visits, max(last_visit) AS m_last_visit, count() OVER () AS total_rows FROM (SELECT host, bot_name, bot_provider, bot_type, purpose, is_ai_crawler, verification, referral_source, referral_type, method, status_code, source, visits, last_visit, hour FROM visits_daily WHERE project_id = {project_id:UInt32} AND bot_name = '' AND day >= {first_whole_day:Date} AND day < {end_of_whole_days:Date} AND host = {domain:String} UNION ALL SELECT host, bot_name, bot_provider, bot_type, purpose, is_ai_crawler, verification, referral_source, referral_type, method, status_code, source, visits, last_visit, hour FROM visits_hourly WHERE project_id = {project_id:UInt32} AND bot_name = '' AND (hour >= toDateTime({from_0:UInt32}, 'UTC') AND hour < toDateTime({to_0:UInt32}, 'UTC')) AND host = {domain:String}) GROUP BY d_referral_source, d_referral_type ORDER BY m_visits DESC, d_referral_source ASC, d_referral_type ASC LIMIT 10000 OFFSET 0
