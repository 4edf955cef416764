"""Documents made by a short-lived process: PDFs that everybody can read, Word files."""
