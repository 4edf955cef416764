"""Planning: how well the schools of the city are provided with school social work, and what will change soon."""
