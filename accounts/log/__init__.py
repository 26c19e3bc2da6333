"""The pages of the log in the admin: the list with its filters, one entry, the export."""
