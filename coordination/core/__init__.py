"""What every slice stands on: access, time, the database, one unit of work. Knows nothing of Flask."""
