"""The editors' desk in the admin: decisions, their items and texts, on their way to the public."""
