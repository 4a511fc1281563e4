"""What people type: WTForms forms, one module a column."""
