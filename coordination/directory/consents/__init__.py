"""Private telephone number and photo: shown to people with an account while their owner consents, and no longer."""
