"""Offers and projects at places: what there is for children, young people and families, beside the people there."""
