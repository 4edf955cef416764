"""Meetings of bodies: the date, the agenda, invitations and answers, attendance."""
