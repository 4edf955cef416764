"""Bodies and their dated memberships; so far only what rights and person pages rest on."""
