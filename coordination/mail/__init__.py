"""The one way out: every mail is a row written with the change it tells of, and sent afterwards."""
