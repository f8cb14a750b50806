"""A WSGI app that fails as its path says."""
import os
import time

TWIML = b"<Response><Message>Your balance is 7.40.</Message></Response>"


def half():
    yield b"Your balance is"
    time.sleep(0.2)
    raise RuntimeError("no such account")


def application(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/raise":
        raise RuntimeError("no such account")
    if path == "/half":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return half()
    if path == "/kill":
        time.sleep(0.5)
        os.kill(os.getpid(), 9)
    if path == "/slow":
        time.sleep(5)
    start_response("200 OK", [("Content-Type", "text/xml"), ("Content-Length", str(len(TWIML)))])
    return [TWIML]
