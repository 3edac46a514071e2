"""Database of a catalog: one SQLite file, or a schema on a PostgreSQL server, behind the same statements."""
