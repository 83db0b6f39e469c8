"""Chat models: one file an engine, and a catalog that names them."""

from persona_sdk.models.catalog import describe_models, load_model

__all__ = ["describe_models", "load_model"]
