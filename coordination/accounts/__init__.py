"""Accounts, sign-in, sessions: who somebody is, from which the Actor is derived."""
