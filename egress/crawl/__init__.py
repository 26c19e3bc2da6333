"""Crawls a site's list of events: the job, the spider in a child process, and the client that starts it.

Free of Django.
"""
