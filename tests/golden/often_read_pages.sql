-- project_id: 7
-- tz: 'UTC'
-- weeks: [datetime.date(2026, 10, 25)]
-- from_0: 1792454400
-- to_0: 1792886400
-- metric_0: 1.0
SELECT path_hash, sum(visits) AS m_count, uniqExactArray(crawlers) AS m_crawlers, count() OVER () AS total_rows FROM (SELECT host, path, path_hash, visits, citations, indexing, training, agents, errors, verified, crawlers, last_visit FROM pages_weekly WHERE project_id = {project_id:UInt32} AND week IN {weeks:Array(Date)} UNION ALL SELECT host, path, path_hash, visits, if(bot_type = 'ai_assistant', visits, 0) AS citations, if(bot_type = 'index', visits, 0) AS indexing, if(bot_type = 'ai_training', visits, 0) AS training, if(bot_type = 'ai_agent', visits, 0) AS agents, if(status_code >= 400, visits, 0) AS errors, if(verification = 'verified', visits, 0) AS verified, [cityHash64(bot_name)] AS crawlers, last_visit FROM pages_hourly WHERE project_id = {project_id:UInt32} AND bot_name != '' AND (hour >= toDateTime({from_0:UInt32}, 'UTC') AND hour < toDateTime({to_0:UInt32}, 'UTC'))) GROUP BY path_hash HAVING sum(visits) > {metric_0:Float64} ORDER BY m_count DESC, path_hash LIMIT 10000 OFFSET 0 SETTINGS optimize_move_to_prewhere = 0
