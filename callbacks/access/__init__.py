"""Who gets in and who may do what: one gate before every request. Rules are data (`rules.yaml`)."""
