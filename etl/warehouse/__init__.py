"""The release file: its tables, how they are filled and how they are asked. The only SQL of the product."""
