"""Calling a function that may never return."""

import contextvars
import threading


def limited(seconds, function, *arguments):
    """What the call returned, and what it raised: one of the two is None.

    It runs in a thread of its own. When the time is up, SystemExit is raised there between two steps of Python, which
    takes no signals: it works on every system and in every thread of a kernel. A thread that waits in compiled code
    (``time.sleep(1e9)``) is left behind. One that computes there and gives nobody else a turn, such as
    ``sum(itertools.count())``, no Python program can end. In a browser there are no threads, and no limit.

    >>> limited(5, divmod, 7, 2)
    ((3, 1), None)
    >>> limited(5, divmod, 7, 0)
    (None, ZeroDivisionError('integer division or modulo by zero'))
    """
    outcome: list[tuple] = []
    ended = threading.Event()

    def run():
        try:
            outcome.append((function(*arguments), None))
        except BaseException as error:  # the reader's sys.exit() too
            outcome.append((None, error))
        finally:
            ended.set()

    thread = threading.Thread(target=contextvars.copy_context().run, args=(run,), daemon=True)
    try:
        thread.start()
    except RuntimeError:  # no threads here
        run()
    try:
        if ended.wait(seconds):
            return outcome[0]
    finally:  # Ctrl-C ends it, too
        _stop(thread, ended)
    name = getattr(function, "__name__", "the function")
    remedy = "" if ended.is_set() else " It goes on in the background: restart the kernel"
    return None, TimeoutError(f"{name} did not return within {seconds} seconds; "
                              f"is there a loop that never ends?{remedy}")


def _stop(thread, ended):
    """Raise SystemExit in it until it ends, ten times at most: a bare ``except:`` may catch it."""
    for _ in range(10):
        if ended.is_set():
            break
        import ctypes  # not before: Python in a browser lacks it, and has no thread to stop
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(SystemExit))
        ended.wait(0.1)
