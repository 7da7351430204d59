"""The book: its experiments, what it reads from their results, what it claims, and its tools."""
