"""Simulated users, and conversations with them.

Example:
    >>> from simulators.rollout import rollout
    >>> from simulators.scripted import ScriptedUser
"""
