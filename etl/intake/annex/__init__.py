"""From the criteria annex of a decision, as a workbook, to the definition of a framework.

sheet -> header.py (columns) -> rows.py (what each row is) -> labels.py, numbering.py (the tree)
-> criteria.py -> sums.py (checks) -> definition.py (framework.yaml and components.csv)
"""
