vcl 4.1;
backend app { .host = "127.0.0.1"; .port = "APP"; }
backend dead { .host = "127.0.0.1"; .port = "DEAD"; }
sub vcl_recv {
	if (req.url == "/dead") { set req.backend_hint = dead; }
	return (pass);
}
