-- project_id: 7
-- pages: [1, 2]
SELECT path_hash, any(host), any(path) FROM pages_monthly WHERE project_id = {project_id:UInt32} AND path_hash IN {pages:Array(UInt64)} GROUP BY path_hash
