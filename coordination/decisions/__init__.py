"""Decisions and tasks: numbered, voted, followed until they are carried out."""
