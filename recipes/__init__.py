"""How the weights that ship with the package were made, as programs that make them again."""
