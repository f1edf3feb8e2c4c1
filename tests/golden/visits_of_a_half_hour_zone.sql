-- project_id: 7
-- tz: 'Asia/Kolkata'
-- start: 1793471400.0
-- end: 1795352400.0
-- domain: 'example.com'
SELECT toString(toDate(timestamp, {tz:String})) AS d_date, count() AS m_count, countIf(bot_type = 'ai_assistant') AS m_citations, countIf(bot_type = 'index') AS m_indexing, countIf(bot_type = 'ai_training') AS m_training, countIf(bot_type = 'ai_agent') AS m_agents, countIf(status_code >= 400) AS m_errors, countIf(verification = 'verified') AS m_verified, uniqExact(cityHash64(bot_name)) AS m_crawlers, uniqExact(cityHash64(host, path)) AS m_pages, max(timestamp) AS m_last_visit, count() OVER () AS total_rows FROM visits WHERE project_id = {project_id:UInt32} AND bot_name != '' AND timestamp >= toDateTime64({start:Float64}, 3, 'UTC') AND timestamp < toDateTime64({end:Float64}, 3, 'UTC') AND host = {domain:String} GROUP BY d_date ORDER BY m_count DESC, d_date ASC LIMIT 10000 OFFSET 0
