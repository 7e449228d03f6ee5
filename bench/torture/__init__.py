"""The product under faults, load and bad input: `python -m bench.torture`, told in docs/reliability.md.

A part is a module of this package with `run(quick: bool) -> Section`; whoever adds one writes no more than
that module. What several parts share lies in `tools`.
"""
