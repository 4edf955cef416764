"""Files that people attach: kept by their content, served only after the access table was asked."""
