"""`what-if`: the places to ship to under other limits, side by side with now; nothing is stored."""

from argparse import ArgumentParser, Namespace

from engine.projects import find
from engine.session import Session
from engine.what_if import Place, answers, as_json, read, what_if, words
from tui.commandline.command import Command, Exit, name_argument


def arguments(parser: ArgumentParser) -> None:
    name_argument(parser)
    parser.add_argument(
        "settings", metavar="framing.KEY=VALUE", nargs="*", help="other limits; empty or none for a number: no limit"
    )
    parser.add_argument("--json", action="store_true", help="as JSON")


def tried(given: Namespace) -> int:
    """Print the limits that would be others, and each place now and then."""
    plan = Session(find(given.projects, given.name), write=False).plan
    changes = read(plan, given.settings)
    found = what_if(plan, changes)
    if given.json:
        print(as_json(found).decode())
        return Exit.DONE
    for name, value in answers(plan).items():
        other = f"  ->  {words(name, changes[name])}" if name in changes else ""
        print(f"framing.{name} = {words(name, value)}{other}")
    print()
    for place in found.places:
        print(f"{place.title:<20}{_said(place)}")
    if found.relax:
        print(f"\n{found.relax}")
    return Exit.DONE


def _said(place: Place) -> str:
    said = "fits" if place.would else f"does not fit: {'; '.join(place.why_not)}"
    return said if place.fits == place.would else f"{said} (now it {'fits' if place.fits else 'does not fit'})"


COMMANDS = (Command("what-if", "the places to ship to under other limits", arguments, tried),)
