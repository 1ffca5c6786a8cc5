"""The socket that the server listens on: bound before anything is loaded, so that a port in use is told at once."""

import socket

from rag.errors import SettingsError
from rag.http.access.origins import is_loopback
from rag.http.systemd import inherited_socket
from rag.settings import Settings


def bound_socket(settings: Settings) -> socket.socket:
    """The socket that systemd listens on for this process; otherwise one that is bound, and listens when it is served.

    Until then nobody can connect, and a probe does not take the server for ready. SettingsError where it cannot be.
    """
    inherited = inherited_socket()
    if inherited is not None:
        host = inherited.getsockname()[0]
        if is_loopback(settings.host) and not is_loopback(host):
            # Whether a key is needed hangs on the setting.
            inherited.close()
            raise SettingsError(f"systemd listens on {host}, and host = {settings.host}; set HOIDAP_HOST to {host}.")
        return inherited
    bound = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    # As connections that have ended hold a port for a while.
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((settings.host, settings.port))
    except OSError as error:
        bound.close()
        raise SettingsError(
            f"The server cannot listen on {settings.host} port {settings.port} ({error.strerror or error}); "
            "set another host or port, or stop what listens there."
        ) from error
    return bound


def address_of(bound: socket.socket) -> str:
    """The address of the server that listens on a socket."""
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
