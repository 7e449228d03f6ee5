"""Survey microdata: a codebook says what a file holds; answers come in checked and coded, persons stay out.

codebook (YAML) + etl.readers.read_columns -> answers (codes) -> checks (findings) -> draft and Parquet
"""
