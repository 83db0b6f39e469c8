"""Making the discriminators: rows, synthetic triples, training, export, evaluation."""
