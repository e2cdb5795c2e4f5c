"""The plan as others read it: JSON for programs, Markdown and HTML for people, and the script of the final model."""

from pathlib import Path
from typing import Literal, get_args

from engine.errors import UserError
from engine.files import write_atomic
from engine.session import Session

Format = Literal["md", "html", "json", "py"]
FORMATS: tuple[Format, ...] = get_args(Format)


def render(session: Session, format: Format) -> str:
    """The plan so far as one text; as "py" the Keras script that makes the final model again.

    Errors: UserError when the ledger is damaged, or there is no final model yet.
    """
    # Loaded when a plan is written: the wizard opens sooner without them.
    if format == "json":
        from engine.report.export import as_json

        return as_json(session)
    if format == "py":
        return final_script(session)
    from engine.report.document import document
    from engine.report.html import html
    from engine.report.markdown import markdown

    return (html if format == "html" else markdown)(document(session))


def write(session: Session, format: Format, path: Path) -> Path:
    """Write the plan to a file, which is replaced as a whole; returns its absolute path. Errors: UserError."""
    path = path.expanduser().absolute()
    if path.is_dir():
        raise UserError(f"{path} is a folder: name the file to write")
    if not path.parent.is_dir():
        raise UserError(f"{path}: there is no folder {path.parent}; make it first")
    write_atomic(path, render(session, format).encode())
    return path


def final_script(session: Session) -> str:
    """The script that was written with the final model. Errors: UserError when there is none."""
    from engine.serving.artifact import SCRIPT, digest_of

    result = session.plan.evaluation.result
    if result is None or not result.model:
        raise UserError(f"{session.name} has no final model yet: run it through evaluation first")
    folder = session.project / result.model
    if not (folder / SCRIPT).is_file():
        raise UserError(f"{folder / SCRIPT}: not there; run evaluation again to write it")
    if digest_of(folder) != result.digest:
        raise UserError(f"{folder}: not the model that was tested; run evaluation again")
    return (folder / SCRIPT).read_text(encoding="utf-8")
