"""Adapters: a LoRA folder of peft becomes a GGUF file: converted, verified, merged."""
