"""A simulated pack for practice: made-up scorecards, surveys and dossiers in a data folder of their own.

Every figure of it carries the trust "simulated"; totals are the published ones where there are any.

plan (what) -> framework, scorecards, microdata (how) -> write (where)
"""
