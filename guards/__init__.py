"""Is this reply faithful to the persona?"""
