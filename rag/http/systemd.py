"""What systemd does for a restart: it keeps the listening socket, and is told how far the server is.

Connections that come while nobody serves wait in the socket's backlog, and none is refused. The protocols are those of
sd_listen_fds(3), sd_notify(3) and sd_watchdog_enabled(3); where systemd sets no variable, nothing happens.
"""

import logging
import os
import socket

from rag.errors import SettingsError

_log = logging.getLogger(__name__)

_FIRST = 3  # SD_LISTEN_FDS_START


def inherited_socket() -> socket.socket | None:
    """The TCP socket that systemd listens on for this process, None where it does not. Children do not see it.

    SettingsError where it is another kind of socket, or several.
    """
    count, process = os.environ.pop("LISTEN_FDS", ""), os.environ.pop("LISTEN_PID", "")
    os.environ.pop("LISTEN_FDNAMES", None)
    if process != str(os.getpid()) or not count.isdigit() or count == "0":
        return None
    try:
        listening = socket.socket(fileno=_FIRST)
        right = listening.family in (socket.AF_INET, socket.AF_INET6) and listening.type == socket.SOCK_STREAM
        listens = listening.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    except OSError as error:
        raise SettingsError(f"systemd names file {_FIRST} as a socket, and it is none ({error}).") from error
    if count != "1" or not right or not listens:
        listening.close()
        raise SettingsError(
            f"systemd handed over {count} sockets, the first a {listening.family.name}; "
            "let hoidap.socket have one ListenStream=, an address with a port."
        )
    listening.set_inheritable(False)
    return listening


def notify(state: str) -> None:
    """Tell systemd a state, such as READY=1, if it wants to know."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    # A leading @ stands for the zero byte of an abstract address.
    address = "\0" + address[1:] if address.startswith("@") else address
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sending:
            sending.connect(address)
            sending.sendall(state.encode())
    except OSError as error:
        _log.warning("systemd could not be told %s: %s", state, error)


def watchdog_seconds() -> float | None:
    """How often to tell systemd that we are alive: twice in the time after which it restarts us."""
    period, process = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID", str(os.getpid()))
    if not period.isdigit() or process != str(os.getpid()):
        return None
    return int(period) / 2_000_000
