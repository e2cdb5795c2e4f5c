"""The page of other limits: arrows move them, the places change, Enter hands them over, Esc none."""

from textual.app import App
from textual.pilot import Pilot

from engine.steps import Plan
from tui.whatif import WhatIf


async def shown(pilot: Pilot[None]) -> str:
    await pilot.pause()
    screen = pilot.app.screen
    assert isinstance(screen, WhatIf)
    return " ".join(" ".join(strip.text for strip in screen._compositor.render_strips()).split())


async def test_limits_are_moved_seen_and_kept_or_not() -> None:
    app: App[None] = App()
    got: list[object] = []
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(WhatIf(Plan()), got.append)
        assert "REST service" in await shown(pilot)
        await pilot.press("up", *["down"] * 20, "right")
        said = await shown(pilot)
        assert "REST service (now it would): the data must not leave the user" in said
        await pilot.press("delete")
        assert "(now it would)" not in await shown(pilot)
        await pilot.press("right", "up", "space")
        said = await shown(pilot)
        assert "nothing fits" in said and "weights that anybody can copy" in said
        await pilot.press("enter")
        app.push_screen(WhatIf(Plan()), got.append)
        await pilot.pause()
        await pilot.press("right", "escape")
        await pilot.pause()
    assert got == [{"private": True, "secret": True}, None]
