"""Confirmation rounds: the people of an employer are asked whether their entries are still right."""
