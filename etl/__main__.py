"""`python -m etl`: from sources to a served release. Every command is described in docs/cli.md.

Exit codes: 0 done, 2 wrong usage, 3 a definition is wrong, 4 a source is wrong, 5 published and recomputed
differ, 6 a release cannot be written, found or opened.
"""

from __future__ import annotations

import typer

from etl.cli.annexes import annex_command
from etl.cli.demo import demo_command
from etl.cli.dossiers import (
    generate_dossiers,
    load_dossiers,
    recount_dossiers,
    report_dossiers,
    show_dossiers,
)
from etl.cli.frameworks import diff_command, list_frameworks
from etl.cli.import_report import report_command
from etl.cli.imports import (
    discard_import,
    import_command,
    list_imports,
    publish_import,
    show_command,
    undo_import,
)
from etl.cli.intake_inspect import inspect_command, list_mappings, next_mapping, show_mapping
from etl.cli.parameters import parameters_command
from etl.cli.releases import build_command, check_command, releases_command, rollback_command
from etl.cli.reports import list_command, reconcile_command
from etl.cli.respondents import respondents_command
from etl.cli.survey import survey_command
from etl.cli.templates import template_command
from etl.yielding import yield_to_readers

app = typer.Typer(
    help="From sources to a served release.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
frameworks = typer.Typer(help="What each index is made of.")
mappings = typer.Typer(help="How kinds of workbooks are read.")

imports = typer.Typer(help="Files that people brought.")
dossiers = typer.Typer(help="Dossiers of the one-stop system, counted by the rules of the decision.")

app.command("annex")(annex_command)
app.command("build")(build_command)
app.command("check")(check_command)
app.command("list")(list_command)
app.command("reconcile")(reconcile_command)
app.command("releases")(releases_command)
app.command("rollback")(rollback_command)
app.command("template")(template_command)
app.command("parameters")(parameters_command)
app.add_typer(frameworks, name="frameworks")
frameworks.callback(invoke_without_command=True)(list_frameworks)
frameworks.command("diff")(diff_command)
app.command("survey")(survey_command)
app.command("respondents")(respondents_command)
app.add_typer(dossiers, name="dossiers")
dossiers.callback(invoke_without_command=True)(show_dossiers)
dossiers.command("load")(load_dossiers)
dossiers.command("report")(report_dossiers)
dossiers.command("recount")(recount_dossiers)
dossiers.command("generate")(generate_dossiers)
app.command("demo")(demo_command)
app.command("import")(import_command)
app.add_typer(imports, name="imports")
imports.callback(invoke_without_command=True)(list_imports)
imports.command("show")(show_command)
imports.command("report")(report_command)
imports.command("publish")(publish_import)
imports.command("discard")(discard_import)
imports.command("undo")(undo_import)
app.command("inspect")(inspect_command)
app.add_typer(mappings, name="mappings")
mappings.callback(invoke_without_command=True)(list_mappings)
mappings.command("show")(show_mapping)
mappings.command("next")(next_mapping)

if __name__ == "__main__":
    yield_to_readers()
    app()
