"""Reading in the list that an employer keeps of its people: checked row by row, shown first, stored as a whole."""
