"""Everything that is kept, moved from a data folder to a PostgreSQL server or back, and what a server holds of it."""
