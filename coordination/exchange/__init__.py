"""Tables in and out: bytes to rows and back. Knows no domain."""
