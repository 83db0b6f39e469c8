"""Characters that get better: pairs from verdicts, SFT and DPO, adapters as GGUF, and a gate."""
