"""What people may expect: accessibility, data protection, a way to tell us, the audit trail."""
