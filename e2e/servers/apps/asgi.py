"""An ASGI app without a framework, which raises."""


async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    raise RuntimeError("no such account")
