"""Database of a catalog: a SQLite file, or a schema on a PostgreSQL server.

Both understand the same statements.
"""
