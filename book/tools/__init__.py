"""What makes the book: its pages, notebooks, prints and pictures."""
