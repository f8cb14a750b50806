package servers

import "testing"

func rubies() []software {
	puma := func(line ...string) func(*testing.T, *place) {
		return func(t *testing.T, p *place) {
			p.runs(t, append([]string{"puma", "-e", "production", "-b", "tcp://" + p.address()}, line...)...)
		}
	}
	version := []string{"puma", "--version"}
	return []software{
		{
			name: "Puma", needs: []string{"puma"}, version: version, starts: puma("-t", "2:2", "apps/config.ru"),
			rows: []row{
				fails("it raises", "/raise", 11217, ""),
				fails(dies, "/half", 11205, ""),
			},
		},
		{
			name: "Puma, cluster", needs: []string{"puma"}, version: version, starts: puma("-w", "1", "-t", "2:2", "apps/config.ru"),
			rows: []row{
				fine("its app is healthy", "/ok", ""),
				fails("a worker is killed, on a kept connection", "/kill", 11205, "enough memory: this is what the kernel's killer looks like").onKept(),
			},
		},
		{
			name: "Sinatra on Puma", needs: []string{"puma", "/usr/share/rubygems-integration/all/specifications/sinatra-3.0.5.gemspec"}, version: []string{"dpkg-query", "-W", "ruby-sinatra"},
			starts: puma("-t", "2:2", "apps/sinatra.ru"),
			rows: []row{
				fails("a route returns nil", "/nil", 12100, "`content_type \"text/xml\"` and `<Response/>` for silence"),
				fails("a route returns a string", "/string", 12100, "`content_type \"text/xml\"`"),
				fails("it raises", "/raise", 11217, ""),
			},
		},
	}
}
