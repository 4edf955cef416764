"""One search over everything the actor may see, behind one function on both databases."""
