"""Who works where: places, organisations, people and their dated assignments; and the official school file."""
