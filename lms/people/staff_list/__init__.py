"""Staff lists from Excel: reading what people really send, showing what it would change, taking it in as a whole, and undoing it."""
