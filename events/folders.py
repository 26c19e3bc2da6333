"""Folders of a file storage, a disk's or a bucket's."""

from django.core.files.storage import Storage


def folders_of(kept: Storage, folder: str) -> list[str]:
    """Those in `folder` with files. A bucket has no folders that exist, and a folder of the disk that is not there is none."""
    try:
        return kept.listdir(folder)[0]
    except FileNotFoundError:
        return []
