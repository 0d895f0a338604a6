import subprocess
import sys

from detectors.rules.catalogue import RULES


def test_the_catalogue_needs_no_numbers_library():
    program = "import sys, detectors.rules.catalogue; sys.exit('numpy' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_every_rule_says_what_it_goes_by():
    assert list(RULES) == ["long_pause", "clipping", "clicks", "dropout", "echo", "loudness"]
    for key, rule in RULES.items():
        assert rule.key == key
        assert rule.description.endswith(".")
        assert len(rule.values) == len(rule.parameters) >= 2
        assert all(parameter.why.endswith(".") for parameter in rule.parameters)
    types = [name for rule in RULES.values() for name in rule.artifact_types]
    assert types == ["long_pause", "clipping", "glitch", "dropout", "echo", "too_loud", "too_quiet"]
