-- project_id: 7
-- tz: 'UTC'
-- start: 1793491200
-- end: 1795352400
-- domain: 'example.com'
SELECT bot_name AS d_bot_name, bot_provider AS d_bot_provider, bot_type AS d_bot_type, sum(visits) AS m_count, sumIf(visits, bot_type = 'ai_assistant') AS m_citations, sumIf(visits, bot_type = 'index') AS m_indexing, sumIf(visits, bot_type = 'ai_training') AS m_training, sumIf(visits, bot_type = 'ai_agent') AS m_agents, sumIf(visits, status_code >= 400) AS m_errors, sumIf(visits, verification = 'verified') AS m_verified, uniqExact(cityHash64(bot_name)) AS m_crawlers, uniqExact(path_hash) AS m_pages, max(last_visit) AS m_last_visit, count() OVER () AS total_rows FROM pages_hourly WHERE project_id = {project_id:UInt32} AND bot_name != '' AND hour >= toDateTime({start:UInt32}, 'UTC') AND hour < toDateTime({end:UInt32}, 'UTC') AND host = {domain:String} GROUP BY d_bot_name, d_bot_provider, d_bot_type ORDER BY m_count DESC, d_bot_name ASC, d_bot_provider ASC, d_bot_type ASC LIMIT 10000 OFFSET 0
