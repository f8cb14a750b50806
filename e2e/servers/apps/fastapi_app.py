"""A FastAPI app that fails as its path says."""
import asyncio

from fastapi import FastAPI, Response
from fastapi.responses import StreamingResponse

app = FastAPI()
TWIML = "<Response><Message>Your balance is 7.40.</Message></Response>"


@app.post("/slash/")
async def slash():
    return Response(TWIML, media_type="text/xml")


@app.post("/raise")
async def fails():
    raise RuntimeError("no such account")


@app.post("/text")
async def text():
    return TWIML


@app.post("/half")
async def half():
    async def halves():
        yield "Your balance is"
        await asyncio.sleep(0.2)
        raise RuntimeError("no such account")

    return StreamingResponse(halves(), media_type="text/plain")
