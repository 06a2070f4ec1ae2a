"""Fake providers that are as strict as the real ones: standard library only, scripted by what the user says.

`python -m fakes` (from Tests/EndToEnd) starts them for use by hand; `fakes.cluster.Fakes` starts them for tests.
What the user can say is described in `fakes.script`.
"""
