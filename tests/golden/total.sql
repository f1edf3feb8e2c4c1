-- project_id: 7
-- tz: 'UTC'
-- start: 1793491200
-- end: 1795352400
-- domain: 'example.com'
SELECT sum(visits) AS m_count, count() OVER () AS total_rows FROM visits_hourly WHERE project_id = {project_id:UInt32} AND bot_name != '' AND hour >= toDateTime({start:UInt32}, 'UTC') AND hour < toDateTime({end:UInt32}, 'UTC') AND host = {domain:String} ORDER BY m_count DESC LIMIT 10000 OFFSET 0
