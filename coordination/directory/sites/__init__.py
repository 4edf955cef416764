"""Sites of schools: who is there, and which ones the catchment zones speak of."""
