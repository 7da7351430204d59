"""What the stored results say, before anything is claimed."""
