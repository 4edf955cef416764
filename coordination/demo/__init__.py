"""The demonstration: real schools and facilities, plainly invented people."""
