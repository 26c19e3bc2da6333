"""What is kept about a person: exported, erased, found, and let go after a while. Each app registers its part."""
