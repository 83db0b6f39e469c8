"""The recipe of the tuned embedded character: data, training, measurement, card."""
