// A Koa app: node koa.js PORT.
const Koa = require("koa");
const app = new Koa({});

app.silent = true;
app.use(async (context) => {
  if (context.path === "/throw") throw new Error("no such account");
  if (context.path === "/string") context.body = "<Response><Message>Your balance is 7.40.</Message></Response>";
});
app.listen(Number(process.argv[2]), "127.0.0.1");
