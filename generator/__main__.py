"""``python -m generator COMMAND``, and the installed command ``findings-to-slack``."""

import gc
import os
import signal
import sys
from contextlib import suppress


def run() -> None:
    """Run the command line."""
    # Until the command line is there to answer it, Ctrl-C ends the process without a traceback.
    signal.signal(signal.SIGINT, lambda *_: os._exit(130))
    # A short run builds much that lives to its end, and what is imported all does: looking for
    # garbage in it at Python's usual pace would need a third of the time of linting.
    gc.set_threshold(200_000, 20, 100)
    gc.disable()

    from generator.cli import ahead  # noqa: PLC0415  (after the signal)

    ahead.start(sys.argv[1:])
    try:
        from generator.cli.app import main  # noqa: PLC0415  (while the other processes begin)

        gc.freeze()
        gc.enable()
        main()
    except SystemExit as ended:
        ahead.stop()
        _end(ended.code)
        raise


def _end(code: object) -> None:
    """End this process, or return where that is better left to Python.

    Python would first look for garbage in all that is loaded, cfn-lint for one: a third of a
    second. It also says what is wrong where the last output cannot be written.
    """
    if isinstance(code, int | None):
        with suppress(OSError, ValueError):
            for stream in (sys.stdout, sys.stderr):
                if stream is not None:
                    stream.flush()
            os._exit(code or 0)


if __name__ == "__main__":
    run()
