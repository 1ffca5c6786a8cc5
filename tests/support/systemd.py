"""What systemd does to a service: hands it a socket, and listens to what it says."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support import ROOT

# As systemd starts a service: the socket is file 3, and the process that gets it is named.
START = """
import os, sys
os.dup2(int(sys.argv[1]), 3, inheritable=True)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execvp(sys.argv[2], sys.argv[2:])
"""


@contextmanager
def told(address: str) -> Iterator[socket.socket]:
    """What systemd listens to; an address with @ is abstract."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind("\0" + address[1:] if address.startswith("@") else address)
        listening.settimeout(120)
        yield listening


def started(listening: socket.socket, *command: str, **variables: str) -> "subprocess.Popen[str]":
    """A process that gets this socket from its parent, as from systemd."""
    return subprocess.Popen(
        [sys.executable, "-S", "-c", START, str(listening.fileno()), *command],
        cwd=ROOT,
        pass_fds=[listening.fileno()],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **variables},
    )
