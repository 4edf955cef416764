"""Social spaces (Sozialräume): parts of the city as plans cut them, and which places belong to which."""
