"""A small GPT learns the plays of Shakespeare."""
