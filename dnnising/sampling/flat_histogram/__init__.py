"""Wang-Landau walks, alone or in windows that exchange replicas."""
