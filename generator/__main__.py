"""``python -m generator COMMAND``."""

import os
import signal

# Until the command line is there to answer it, Ctrl-C ends the process without a traceback.
signal.signal(signal.SIGINT, lambda *_: os._exit(130))

from generator.cli.app import main  # noqa: E402  (after the signal)

main()
