"""The schema as a chain of alembic revisions. Alembic itself is imported only when a migration has to run."""
