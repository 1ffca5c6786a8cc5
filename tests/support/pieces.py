"""Small work for processes of tests, which load nothing else for it."""

import os
import time
from collections.abc import Callable


def doubling() -> Callable[[int], int]:
    """Work that ends its process over 13, and refuses to double a negative number."""

    def double(number: int) -> int:
        if number == 13:
            os._exit(3)
        if number < 0:
            raise ValueError(f"{number} is negative")
        return 2 * number

    return double


def pid_of() -> Callable[[float], int]:
    """Work that waits so long and says in which process."""

    def wait(seconds: float) -> int:
        time.sleep(seconds)
        return os.getpid()

    return wait


def broken() -> Callable[[int], int]:
    raise ValueError("there is no model")
