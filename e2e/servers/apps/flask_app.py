"""A Flask app that fails as its path says."""
import time

from flask import Flask, Response

app = Flask(__name__)
TWIML = "<Response><Message>Your balance is 7.40.</Message></Response>"


@app.post("/ok")
def ok():
    return Response(TWIML, mimetype="text/xml")


@app.post("/slash/")
def slash():
    return Response(TWIML, mimetype="text/xml")


@app.post("/raise")
def fails():
    raise RuntimeError("no such account")


@app.post("/text")
def text():
    return "no such account"


@app.post("/half")
def half():
    def halves():
        yield "Your balance is"
        time.sleep(0.2)
        raise RuntimeError("no such account")

    return Response(halves(), mimetype="text/plain")
