"""What people say of events and venues where they were: stars, a few words, and the answer of those who are spoken of."""
