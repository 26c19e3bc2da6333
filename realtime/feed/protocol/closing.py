"""Close codes of a WebSocket."""

#: WebSocket close codes (RFC 6455, section 7.4.2). After each of them a client comes back and resumes.
CLOSE_SLOW, CLOSE_RATE, CLOSE_OFF, CLOSE_IDLE = 4008, 4029, 4404, 4408
CLOSE_TOO_BIG, CLOSE_RESTART, CLOSE_TRY_LATER = 1009, 1012, 1013
#: The API key of the connection, or the token of its request, has ended; a client comes back with another one.
CLOSE_KEY = 4401
