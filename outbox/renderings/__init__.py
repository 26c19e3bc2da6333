"""Rendered responses that are kept until the outbox says that something on them changed.

A view notes the topics of what it shows (`shown`). Its response is kept in the process and in Valkey (`kept`) with the
number of the outbox before it was made, and is good as long as none of its topics has a newer change (`changed`).
"""
