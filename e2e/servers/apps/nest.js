// A Nest app, as its compiler would write it: node nest.js PORT.
require("reflect-metadata");
const { NestFactory } = require("@nestjs/core");
const { Module, Controller, Post } = require("@nestjs/common");

class Webhooks {
  string() { return "<Response><Message>Your balance is 7.40.</Message></Response>"; }
  throws() { throw new Error("no such account"); }
}
for (const [method, path] of [["string", "string"], ["throws", "throw"]]) {
  Post(path)(Webhooks.prototype, method, Object.getOwnPropertyDescriptor(Webhooks.prototype, method));
}
Controller()(Webhooks);
class App {}
Module({ controllers: [Webhooks] })(App);

NestFactory.create(App, { logger: false }).then((app) => app.listen(Number(process.argv[2]), "127.0.0.1"));
