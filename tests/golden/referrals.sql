-- project_id: 7
-- tz: 'UTC'
-- start: 1793491200
-- end: 1795352400
-- domain: 'example.com'
SELECT referral_source AS d_referral_source, referral_type AS d_referral_type, sumIf(visits, referral_type != 'referer-utm') AS m_visits, max(last_visit) AS m_last_visit, count() OVER () AS total_rows FROM visits_hourly WHERE project_id = {project_id:UInt32} AND bot_name = '' AND hour >= toDateTime({start:UInt32}, 'UTC') AND hour < toDateTime({end:UInt32}, 'UTC') AND host = {domain:String} GROUP BY d_referral_source, d_referral_type ORDER BY m_visits DESC, d_referral_source ASC, d_referral_type ASC LIMIT 10000 OFFSET 0
