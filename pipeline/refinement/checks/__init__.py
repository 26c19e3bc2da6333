"""What makes an event doubtful: strong words, spam, links that mislead, private contact data. Pure functions
over text."""
