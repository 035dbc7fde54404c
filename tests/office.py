"""Converts files in a LibreOffice that is already running; run by the python that has ``uno``.

python3 office.py PIPE

A soffice must listen on the pipe. Reads a line of JSON for each file, ``[source, target, filter]``,
and answers each with a line: "done", or what went wrong.
"""

import json
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException


def connected(pipe, seconds=60):
    """The context of the program that listens on a pipe."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    end = time.monotonic() + seconds
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def setting(name, value):
    found = PropertyValue()
    found.Name, found.Value = name, value
    return found


def convert(desktop, source, target, form):
    hidden = setting("Hidden", True)
    book = desktop.loadComponentFromURL(Path(source).as_uri(), "_blank", 0, (hidden,))
    if book is None:
        return "it could not be read"
    try:
        book.storeToURL(Path(target).as_uri(), (setting("FilterName", form),))
    finally:
        book.close(True)
    return "done"


def serve(pipe):
    context = connected(pipe)
    services = context.ServiceManager
    desktop = services.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    for line in sys.stdin:
        try:
            said = convert(desktop, *json.loads(line))
        except Exception as problem:
            said = f"{type(problem).__name__}: {problem}".replace("\n", " ")
        print(said, flush=True)


if __name__ == "__main__":
    serve(sys.argv[1])
