"""Automatic checks of answers, by rules and by a language model."""
