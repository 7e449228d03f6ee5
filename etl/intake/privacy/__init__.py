"""A person's data stays out: names, identity numbers, phones, e-mails, addresses and dates of birth are taken
out of everything that is read further, and reported as counts by column, never repeated, stored or logged.

clean_workbook: before a file is shown, mapped or stored · clean_extract: rows and findings ·
clean_table: surveys · clean_copy: what may be stored of a file that holds such data
"""

from etl.intake.privacy.copies import CleanCopy, clean_copy
from etl.intake.privacy.rows import clean_extract, clean_workbook
from etl.intake.privacy.tables import clean_table
from etl.intake.privacy.words import MARK, clean_text

__all__ = ["MARK", "CleanCopy", "clean_copy", "clean_extract", "clean_table", "clean_text", "clean_workbook"]
