"""Flask glue: guards, forms, errors, headers, templates, logs. No domain."""
