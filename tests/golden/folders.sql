-- project_id: 7
-- tz: 'UTC'
-- months: [202611]
-- from_day_0: datetime.date(2026, 10, 21)
-- to_day_0: datetime.date(2026, 11, 1)
-- from_0: 1792472400
-- to_0: 1792540800
-- filter_0: ['/a/', '/b/']
SELECT folder AS d_folder, uniqExact(path_hash) AS m_pages, count() OVER () AS total_rows FROM (SELECT hour, host, path, path_hash, folder, visits, citations, indexing, training, agents, errors, verified, crawlers, last_visit FROM page_sums_monthly WHERE project_id = {project_id:UInt32} AND month IN {months:Array(UInt32)} AND folder IN {filter_0:Array(String)} UNION ALL SELECT hour, host, path, path_hash, folder, visits, citations, indexing, training, agents, errors, verified, crawlers, last_visit FROM page_sums_daily WHERE project_id = {project_id:UInt32} AND (day >= {from_day_0:Date} AND day < {to_day_0:Date}) AND folder IN {filter_0:Array(String)} UNION ALL SELECT hour, host, path, path_hash, replaceRegexpOne(extract(path, '(?s)^.[^/]*/'), '^$', '/') AS folder, visits, if(bot_type = 'ai_assistant', visits, 0) AS citations, if(bot_type = 'index', visits, 0) AS indexing, if(bot_type = 'ai_training', visits, 0) AS training, if(bot_type = 'ai_agent', visits, 0) AS agents, if(status_code >= 400, visits, 0) AS errors, if(verification = 'verified', visits, 0) AS verified, [cityHash64(bot_name)] AS crawlers, last_visit FROM pages_hourly WHERE project_id = {project_id:UInt32} AND bot_name != '' AND (hour >= toDateTime({from_0:UInt32}, 'UTC') AND hour < toDateTime({to_0:UInt32}, 'UTC')) AND replaceRegexpOne(extract(path, '(?s)^.[^/]*/'), '^$', '/') IN {filter_0:Array(String)}) GROUP BY d_folder ORDER BY m_pages DESC, d_folder ASC LIMIT 10000 OFFSET 0
