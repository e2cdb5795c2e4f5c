"""The app: themes, the two screens and leaving. It knows nothing of the domain but that there are projects."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.scrollbar import ScrollBar

from engine import projects
from engine.errors import UserError
from engine.session import Session
from tui import terminal
from tui.glyphs import FINE, PLAIN, Marks
from tui.home import Home
from tui.theme import FEW, FULL, NAMED, Whole
from tui.typeahead import Typeahead
from tui.wire import Thrifty
from tui.wizard import Wizard


class Modelwright(App[int]):
    """The wizard, in a terminal."""

    ENABLE_COMMAND_PALETTE = False
    CSS = """
    Modelwright.plain Box { border: ascii $rule; }
    Modelwright.plain Sheet > VerticalGroup, Modelwright.plain GpuPanel > VerticalGroup { border-top: ascii $rule; }
    Modelwright.plain Wizard.wide #right { border-left: ascii $rule; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+q", "leave", show=False)]

    def __init__(
        self, folder: Path, session: Session | None = None, marks: Marks = FINE, few: bool = False, warm: bool = True
    ) -> None:
        """`session` is shown first; `few` says that there are 16 colours at most; `warm` starts supervisors early."""
        # Without `ansi_color` Textual would answer NO_COLOR with 24-bit greys.
        super().__init__(ansi_color=True if few else None)
        ScrollBar.renderer = Whole
        self.folder = folder
        self.first = session
        self.marks = marks
        self.warm = warm
        self.farewell: list[str] = []
        self.typeahead = Typeahead(self, super().on_event)
        self.animation_level = "none"
        self.ansi_theme_dark = NAMED
        for theme in (FULL, FEW):
            self.register_theme(theme)
        self.set_class(marks.drawn.ascii, "plain")
        self.theme = (FEW if few else FULL).name

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self.typeahead.put(event)
        else:
            await super().on_event(event)

    def get_default_screen(self) -> Home | Wizard:
        """The first screen, so that nothing is painted before it."""
        return self.wizard(self.first) if self.first is not None else Home(self.folder, self.marks)

    def wizard(self, session: Session) -> Wizard:
        return Wizard(session, self.marks, self.farewell, self.warm)

    def open_project(self, project: Path | Session) -> None:
        """Show a project's wizard, or say why it cannot be opened."""
        try:
            session = project if isinstance(project, Session) else Session(project)
        except UserError as error:
            if isinstance(self.screen, Home):
                self.screen.say(str(error))
        else:
            self.show(self.wizard(session))

    def go_home(self) -> None:
        """Show all projects."""
        self.show(Home(self.folder, self.marks))

    def show(self, screen: Home | Wizard) -> None:
        """Put a screen in place of the present one; the first one stays below, where Textual cannot replace it."""
        if len(self.screen_stack) > 1:
            self.switch_screen(screen)
        else:
            self.push_screen(screen)

    def on_home_chosen(self, message: Home.Chosen) -> None:
        self.open_project(message.project)

    def on_wizard_left(self) -> None:
        self.go_home()

    def action_leave(self) -> None:
        self.exit(0)

    def action_help_quit(self) -> None:
        if isinstance(self.screen, Wizard):
            self.screen.say("Ctrl+Q quits; a running job goes on")


def run_wizard(projects_dir: Path, project: Path | str | None, ascii: bool = False, mouse: bool = True) -> int:
    """Run the wizard until it is left, in a project by its folder or its name if one is given.

    Returns the exit code; errors go to stderr in one sentence.
    """
    reason = terminal.unfit()
    if reason:
        print(f"modelwright: {reason}", file=sys.stderr)
        return 2
    terminal.mend_locale()
    try:
        found = projects.find(projects_dir, project) if isinstance(project, str) else project or _only(projects_dir)
        session = Session(found) if found is not None else None
    except UserError as error:
        print(f"modelwright: {error}", file=sys.stderr)
        return 2
    app = Modelwright(projects_dir, session, PLAIN if ascii else FINE, terminal.few_colours())
    app.driver_class = Thrifty
    with terminal.kept():
        code = app.run(mouse=mouse)
    for line in app.farewell:
        print(line, file=sys.stderr)
    return code or 0


def _only(folder: Path) -> Path | None:
    """The project of a folder that holds one and no more: it is opened straight away."""
    found = projects.all_projects(folder)
    return found[0] if len(found) == 1 else None
