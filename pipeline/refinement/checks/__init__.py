"""Checks for doubtful events: profanity, spam, misleading links, private contact data.

Pure functions over text.
"""
