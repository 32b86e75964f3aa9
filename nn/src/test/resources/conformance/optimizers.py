def all_fixtures(): return []
