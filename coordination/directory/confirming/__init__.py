"""When entries were last confirmed: people, organisations, places, posts and offers. Assignments keep the same."""
