package servers

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// signalled returns what signals nginx once its app has a slow request in hand.
func signalled(signal string) func(*testing.T, *place) {
	return func(t *testing.T, p *place) {
		<-p.app.asked
		conf := filepath.Join(p.folder, "nginx.conf")
		path, err := lookPath("nginx")
		if err != nil {
			t.Fatal(err)
		}
		if out, err := exec.CommandContext(t.Context(), path, "-p", p.folder, "-c", conf, "-s", signal).CombinedOutput(); err != nil {
			t.Fatalf("nginx -s %s: %v\n%s", signal, err, out)
		}
	}
}

func startNginx(t *testing.T, p *place) {
	p.files(t, "apps/pages")
	p.runs(t, "nginx", "-e", "stderr", "-p", p.folder, "-c", p.file(t, "apps/nginx.conf"))
}

const only503 = "answer maintenance with 503, not 200 (`error_page 502 =503 /page`)"

func nginxes() []software {
	return []software{{
		name: "nginx", quick: true, needs: []string{"nginx"}, version: []string{"nginx", "-v"}, starts: startNginx,
		rows: []row{
			fine("the first upstream is dead, the second alive", "/two", ""),
			fails("its app closes a connection that nginx kept, at the very moment of the text", "/kept/once", 11217, "an app that keeps connections for longer than nginx' `keepalive_timeout`; nginx repeats no POST").after(func(t *testing.T, p *place) { p.asks(t, "/kept/once") }),
			fine("301 to another address, to which nginx' clients go by GET", "/moved", "307, which keeps the method; 308 is not followed"),
			fails("its app is dead", "/dead", 11217, ""),
			fails("its app is slower than `proxy_read_timeout`", "/late", 11217, ""),
			fails("its app hangs, limits as configured by default", "/slow#rt=1500", 11205, "a `proxy_read_timeout` below 15 s"),
			sends("its app dies in mid-answer, plain text", "/half", "Your balance is", "`proxy_http_version 1.1`"),
			fails("its app dies in mid-answer, XML", "/half.xml", 12100, "`proxy_http_version 1.1`, for the true code"),
			fails("its app dies in mid-answer, plain text, with `proxy_http_version 1.1`", "/1.1/half", 11205, ""),
			sends("`error_page 502 =200` with a text", "/text", "We are back at noon.", only503),
			fails("`error_page 502 =200` with a page", "/html", 12100, only503),
			fails("`error_page 502 =200` with a page that is XML", "/xhtml", 12102, only503),
			silent("`error_page 502 =204`", "/nothing", only503),
			fails("`return 444`", "/closed", 11205, ""),
			fails("a static page, which takes no POST", "/static", 11217, ""),
			fails("`client_max_body_size` is too small", "/large", 11217, ""),
			fails("`limit_req`", "/limited", 11217, "").after(func(t *testing.T, p *place) { p.asks(t, "/limited") }),
			fails("`return 200` without a type", "/says", 12300, "`default_type`, and 503"),
			fine("a reload in mid-request", "/slow", "").whileIt(signalled("reload")),
			fails("`nginx -s stop` in mid-request", "/slow", 11205, "`nginx -s quit`, which lets requests finish").whileIt(signalled("stop")),
		},
	}}
}

func startProxy(conf string, line ...string) func(*testing.T, *place) {
	return func(t *testing.T, p *place) {
		p.files(t, "apps/pages")
		path := p.file(t, conf)
		var args []string
		for _, a := range line {
			if a == "CONF" {
				a = path
			}
			args = append(args, a)
		}
		p.runs(t, args...)
	}
}

// proxies returns the other proxies.
func proxies() []software {
	half := "its app dies in mid-answer, plain text"
	return []software{
		{
			name: "Apache mod_proxy", needs: []string{"apache2", "/usr/lib/apache2/modules/mod_proxy_http.so"}, version: []string{"apache2", "-v"},
			starts: startProxy("apps/apache-proxy.conf", "apache2", "-DFOREGROUND", "-f", "CONF"),
			rows: []row{
				fails("its app is dead", "/dead", 11217, ""),
				fails("its app is slower than `ProxyTimeout`", "/late", 11217, ""),
				fails(half, "/half", 11205, ""),
				fine("its app is healthy", "/ok", ""),
			},
		},
		{
			name: "HAProxy", needs: []string{"haproxy"}, version: []string{"haproxy", "-v"},
			starts: startProxy("apps/haproxy.cfg", "haproxy", "-db", "-f", "CONF"),
			rows: []row{
				fails("no server", "/none", 11217, ""),
				fails("`timeout server`", "/slow", 11217, ""),
				fails(half, "/half", 11205, ""),
				sends("an errorfile that holds a 200", "/errorfile", "We are upgrading", "an errorfile keeps the status it stands for"),
				fine("its app is healthy", "/ok", ""),
			},
		},
		{
			name: "Caddy", needs: []string{"caddy"}, version: []string{"caddy", "version"},
			starts: startProxy("apps/Caddyfile", "caddy", "run", "--adapter", "caddyfile", "--config", "CONF"),
			rows: []row{
				fails("its app is dead", "/dead", 11217, ""),
				silent("a path that no route matches", "/nowhere", "`handle { respond 404 }` as the last route").warns(silentByMistake),
				sends("`respond \"upgrading\"`", "/upgrading", "upgrading", "`respond \"upgrading\" 503`"),
				sends(half, "/half", "Your balance is", "`text/xml`, which shows the cut"),
				fails("its app dies in mid-answer, XML", "/half.xml", 12100, ""),
				fine("its app is healthy", "/ok", ""),
			},
		},
		{
			name: "lighttpd", needs: []string{"lighttpd"}, version: []string{"lighttpd", "-v"},
			starts: startProxy("apps/lighttpd.conf", "lighttpd", "-D", "-f", "CONF"),
			rows: []row{
				fails("its app is dead", "/dead", 11217, ""),
				sends(half, "/half", "Your balance is", "`text/xml`, which shows the cut"),
				fine("its app is healthy", "/ok", ""),
			},
		},
		{
			name: "Varnish", needs: []string{"varnishd"}, version: []string{"varnishd", "-V"},
			starts: func(t *testing.T, p *place) {
				p.runs(t, "varnishd", "-F", "-a", p.address(), "-f", p.file(t, "apps/varnish.vcl"), "-n", p.folder+"/varnish", "-s", "malloc,16M")
			},
			rows: []row{
				fails("its app is dead", "/dead", 11217, ""),
				fails(half, "/half", 11205, ""),
				fine("its app is healthy", "/ok", ""),
			},
		},
	}
}
