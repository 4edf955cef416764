"""Whom do I ask? Posts with their holders, and what each post is responsible for."""
