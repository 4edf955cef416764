"""Subscriptions: signed links to calendars that every client understands, built from kept parts."""
