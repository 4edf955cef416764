"""What can be taken away from the directory: weeks for the door, lists as PDF and table, posters, and the map."""
