"""In which language a page is read: its address, its catalogue, and how dates and amounts are written there."""
