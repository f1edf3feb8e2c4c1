-- project_id: 7
-- tz: 'UTC'
-- start: 1793491200
-- end: 1795352400
-- domain: 'example.com'
SELECT replaceRegexpOne(extract(path, '(?s)^.[^/]*/'), '^$', '/') AS d_folder, concat(toString(intDiv(status_code, 100)), 'xx') AS d_status_class, toString(status_code) AS d_status_code, method AS d_method, sum(visits) AS m_count, count() OVER () AS total_rows FROM pages_hourly WHERE project_id = {project_id:UInt32} AND bot_name != '' AND hour >= toDateTime({start:UInt32}, 'UTC') AND hour < toDateTime({end:UInt32}, 'UTC') AND host = {domain:String} GROUP BY d_folder, d_status_class, d_status_code, d_method ORDER BY m_count DESC, d_folder ASC, d_status_class ASC, d_status_code ASC, d_method ASC LIMIT 10000 OFFSET 0
