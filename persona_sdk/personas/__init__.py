"""Persona files: find, read, check and split them."""

from persona_sdk.personas.catalog import bundled, load
from persona_sdk.personas.findings import Finding
from persona_sdk.personas.lint import lint_persona
from persona_sdk.personas.split import split_profile

__all__ = ["Finding", "bundled", "lint_persona", "load", "split_profile"]
