"""``python -m generator COMMAND``, and the installed command ``findings-to-slack``."""

import os
import signal


def run() -> None:
    """Run the command line."""
    # Until the command line is there to answer it, Ctrl-C ends the process without a traceback.
    signal.signal(signal.SIGINT, lambda *_: os._exit(130))

    from generator.cli.app import main  # noqa: PLC0415  (after the signal)

    main()


if __name__ == "__main__":
    run()
