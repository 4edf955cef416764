"""The first page: what is due, what is near, and the search."""
