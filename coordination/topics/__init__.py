"""Topics: the controlled list that bodies, meetings and decisions are found by."""
