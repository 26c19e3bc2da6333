"""The desk: the pages on which moderators judge, without the admin's registration."""
