"""The plan as others read it: JSON for programs, Markdown and HTML for people. Reads a session and changes nothing."""

from pathlib import Path
from typing import Literal, get_args

from engine.errors import UserError
from engine.files import write_atomic
from engine.session import Session

Format = Literal["md", "html", "json"]
FORMATS: tuple[Format, ...] = get_args(Format)


def render(session: Session, format: Format) -> str:
    """The plan so far as one text. Errors: UserError when the ledger is damaged."""
    # Loaded when a plan is written: the wizard opens sooner without them.
    if format == "json":
        from engine.report.export import as_json

        return as_json(session)
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
