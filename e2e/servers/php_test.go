package servers

import (
	"path/filepath"
	"testing"
)

const (
	hidden = "`display_errors off`, which makes it a 500"
	typed  = "`text/xml`, and `http_response_code(500)`"
)

// shownErrors returns the rows of a PHP that shows errors to everybody.
func shownErrors() []row {
	return []row{
		fine("a script with one byte order mark", "/bom.php", ""),
		sends("an exception, plain text, errors shown", "/fatal.php", "<br />\n<b>Fatal error</b>:  Uncaught RuntimeException", hidden).warns(looksLikeAnError),
		fails("an exception, XML, errors shown", "/fatal-xml.php", 12100, hidden),
		sends("a warning, plain text, errors shown", "/warning.php", "<br />\n<b>Warning</b>:  Undefined variable $balance", "`display_errors off`").warns(looksLikeAnError),
		sends("`die(\"Could not connect to the database\")`, plain text", "/die.php", "Could not connect to the database", typed).warns(looksLikeAnError),
		fails("`die(\"Could not connect to the database\")`, no type set", "/die-html.php", 12100, typed),
		fails("`exit(1)`, XML", "/exit.php", 12100, "`http_response_code(500)`"),
		fails("a newline before `<?php`", "/newline.php", 12100, "nothing before `<?php`"),
	}
}

func phps() []software {
	killed := "the worker is killed"
	apache := func(define ...string) func(*testing.T, *place) {
		return func(t *testing.T, p *place) {
			p.files(t, "apps/php")
			p.runs(t, append([]string{"apache2", "-DFOREGROUND", "-f", p.file(t, "apps/apache-php.conf")}, define...)...)
		}
	}
	module := []string{"apache2", "/usr/lib/apache2/modules/libphp8.2.so"}
	return []software{
		{
			name: "PHP in Apache, errors shown", needs: module, version: []string{"php", "-v"}, starts: apache("-DSHOWN"), rows: shownErrors(),
		},
		{
			name: "PHP in Apache", needs: module, version: []string{"php", "-v"}, starts: apache(),
			rows: []row{
				fails("an exception, plain text", "/fatal.php", 11217, ""),
				sends("a warning, plain text", "/warning.php", "Your balance is", "an error handler that throws"),
				fails(killed, "/kill.php", 11205, ""),
			},
		},
		{
			name: "PHP-FPM behind nginx", needs: []string{"nginx", "php-fpm8.2"}, version: []string{"php-fpm8.2", "-v"},
			starts: func(t *testing.T, p *place) {
				p.files(t, "apps/php")
				socket := *p
				socket.port = p.app.port // nginx listens at the place's own port, later
				socket.runs(t, "php-fpm8.2", "-F", "-R", "-y", p.file(t, "apps/fpm.conf"))
				p.runs(t, "nginx", "-e", "stderr", "-p", p.folder, "-c", p.file(t, "apps/nginx-fpm.conf"))
			},
			rows: []row{
				fine("its script is healthy", "/ok.php", "").after(waitsFor("fpm.sock")),
				fails("an exception, plain text", "/fatal.php", 11217, ""),
				fails(killed, "/kill.php", 11217, ""),
			},
		},
		{
			name: "php -S", quick: true, needs: []string{"php"}, version: []string{"php", "-v"},
			starts: func(t *testing.T, p *place) {
				p.runs(t, "php", "-n", "-d", "html_errors=1", "-d", "output_buffering=4096", "-S", p.address(), "-t", p.files(t, "apps/php"))
			},
			rows: shownErrors(),
		},
	}
}

// waitsFor returns what waits until a file of the place exists.
func waitsFor(name string) func(*testing.T, *place) {
	return func(t *testing.T, p *place) { exists(t, filepath.Join(p.folder, name)) }
}
