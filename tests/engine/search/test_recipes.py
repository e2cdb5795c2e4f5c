"""The recipes of the guide are what they claim to be: a script that bash can read, documents that YAML can."""

import re
import subprocess
from pathlib import Path

import yaml

GUIDE = (Path(__file__).resolve().parents[3] / "docs" / "guide" / "many-workers.md").read_text()


def block(kind: str) -> str:
    found = re.search(rf"```{kind}\n(.*?)```", GUIDE, re.DOTALL)
    assert found
    return found[1]


def test_bash_reads_the_script_for_slurm() -> None:
    subprocess.run(["bash", "-n"], input=block("bash"), text=True, check=True)


def test_the_documents_for_kubernetes_share_a_disk_and_a_database() -> None:
    claim, *jobs = yaml.safe_load_all(block("yaml"))
    assert claim["spec"]["accessModes"] == ["ReadWriteMany"]
    pods = [job["spec"]["template"]["spec"] for job in jobs]
    assert {pod["volumes"][0]["persistentVolumeClaim"]["claimName"] for pod in pods} == {claim["metadata"]["name"]}
    commands = [pod["containers"][0]["command"] for pod in pods]
    assert [command[1] for command in commands] == ["run", "worker"]
    assert len({command[command.index("--storage") + 1] for command in commands}) == 1
