"""People who stand in the directory twice: found, put together with all that hangs on them, or told apart for good."""
