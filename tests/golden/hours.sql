-- project_id: 7
-- tz: 'Europe/Berlin'
-- start: 1793487600
-- end: 1795352400
-- domain: 'example.com'
SELECT formatDateTime(hour, '%F %H:00:00', {tz:String}) AS d_hour, sum(visits) AS m_count, count() OVER () AS total_rows FROM visits_hourly WHERE project_id = {project_id:UInt32} AND bot_name != '' AND hour >= toDateTime({start:UInt32}, 'UTC') AND hour < toDateTime({end:UInt32}, 'UTC') AND host = {domain:String} GROUP BY d_hour ORDER BY d_hour DESC LIMIT 10000 OFFSET 0
