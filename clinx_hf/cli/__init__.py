"""The command line: a command parses, calls one function, prints. Commands are imported when they are called.

Exit codes: 0 done, 1 the work failed, 2 bad arguments or input.
"""

from __future__ import annotations

import os
import sys
import warnings
from importlib import import_module

import click

_COMMANDS = {
    "demo": "clinx_hf.cli.demo",
    "text": "clinx_hf.cli.text",
    "image": "clinx_hf.cli.image",
    "dataset": "clinx_hf.cli.dataset",
    "train": "clinx_hf.cli.train",
    "audit": "clinx_hf.cli.audit",
    "bench": "clinx_hf.cli.bench",
}


class _LazyGroup(click.Group):
    """Imports a command's file when the command is called for, so that `--help` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = getattr(import_module(_COMMANDS[cmd_name]), f"{cmd_name}_command")
        return command if isinstance(command, click.Command) else None


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="clinx-hf", prog_name="clinx-hf")
def cli() -> None:
    """Take identifiers out of medical images and texts.

    Example: clinx-hf demo --output demo-output
    """


def main() -> None:
    """Run the command line; errors of ours become one sentence."""
    from clinx_hf.errors import BadInput, BadSetting, ClinxError

    warnings.filterwarnings("ignore", category=FutureWarning, module="torch")  # told to us, not to our users
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("DO_NOT_TRACK", "1")
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    try:
        cli(standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.Abort:
        sys.exit("Stopped.")
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (BadInput, BadSetting) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    except ClinxError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
