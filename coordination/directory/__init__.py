"""Who is where: people, organisations, schools and facilities, and dated assignments between them."""
