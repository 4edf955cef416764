"""The one list of tables that a GET may write to, each in a short transaction of its own after the answer."""

#: Tests that compare the database before and after a request leave out just these.
TABLES = frozenset({"user_session", "throttle", "audit_entry", "feed_fetch"})
