"""The conference briefing: one release, province and year in; a report, slides, a workbook and a PDF out.

Pure: frames come from `etl.warehouse.briefing`, what people wrote from the workspace; nothing here queries,
reads a clock or invents a word that data or people did not give. See docs/briefing.md.
"""
