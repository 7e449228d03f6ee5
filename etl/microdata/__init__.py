"""Tables too long to be read into memory: survey answers, one row a respondent.

Their heavy part is one pass, written as Ibis expressions: DuckDB runs it here, Spark on a cluster.
"""
