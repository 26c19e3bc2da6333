"""What goes wrong with backups, each as one clear line."""


class BackupError(Exception):
    """A backup cannot be made or restored. The message is one line for a person, with the remedy."""
