"""Every question of the wizard as Markdown: `python -m engine.report.reference > docs/reference.md`."""

from engine.questions import WORDS, Question, questions
from engine.steps import STEPS, Plan


def reference() -> str:
    """All steps with their questions, out of their one declaration."""
    lines = ["# Reference", "", "Every question, as `step.key` on the command line and in `project.toml`."]
    for step in STEPS.values():
        lines += ["", f"## {step.name}: {step.title}"]
        reads = ", ".join(f"`{path}`" for path in step.reads)
        lines += ["", f"Reads: {reads}." if reads else "Reads no other step."]
        if step.needs:
            lines += [f"Needs a result of: {', '.join(step.needs)}."]
        for question in questions(step.name, step.section).values():
            lines += ["", *_question(question)]
    return "\n".join(lines) + "\n"


def _question(question: Question) -> list[str]:
    offered = question.choices(Plan())
    accepted = ", ".join(f"`{choice.value}` ({choice.label})" for choice in offered) or WORDS[question.kind]
    if callable(question.ask.choices) and not offered:
        accepted = f"{WORDS[question.kind]}; known values are offered once the file is read"
    hint = f" {question.ask.hint[0].upper()}{question.ask.hint[1:]}." if question.ask.hint else ""
    return [
        f"### `{question.key}`",
        "",
        f"**{question.ask.prompt}**{hint} Accepted: {accepted}.",
        "",
        question.why().strip(),
    ]


if __name__ == "__main__":
    print(reference(), end="")
