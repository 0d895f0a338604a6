"""The same examples in every run; the first call of a library loads much, so no example has a deadline."""

from hypothesis import settings

settings.register_profile("oracles", deadline=None, derandomize=True)
settings.load_profile("oracles")
