"""The commands of `python -m etl`: they parse, call one function of the ETL and print; nothing else."""
