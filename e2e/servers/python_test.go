package servers

import (
	"strings"
	"testing"
)

const python = "/usr/bin/python3"

// pythonRuns returns what starts a server written in Python.
func pythonRuns(line ...string) func(*testing.T, *place) {
	return func(t *testing.T, p *place) {
		p.files(t, "apps")
		var args []string
		for _, a := range line {
			args = append(args, strings.NewReplacer("PORT", p.port, "ADDRESS", p.address(), "APPS", p.folder+"/apps").Replace(a))
		}
		p.runs(t, args...)
	}
}

// printsVersion returns a program that prints the version of a Python package.
func printsVersion(name string) []string {
	return []string{python, "-c", "import importlib.metadata as m; print(m.version('" + name + "'))"}
}

const dies = "it raises in mid-answer, plain text"

func pythons() []software {
	flask, fastapi := []string{python, "/usr/lib/python3/dist-packages/flask"}, []string{python, "/usr/lib/python3/dist-packages/fastapi", "/usr/lib/python3/dist-packages/uvicorn"}
	return append(wsgis(), []software{
		{
			name: "Flask", quick: true, needs: flask, version: printsVersion("Flask"),
			starts: pythonRuns(python, "-m", "flask", "--app", "APPS/flask_app", "run", "--port", "PORT"),
			rows: []row{
				fails("it raises", "/raise", 11217, ""),
				fails("a URL without the slash at its end", "/slash", 11216, "the slash in the number's URL, or `strict_slashes=False`; 308 is not followed"),
				fails("it returns a string", "/text", 12100, "`Response(twiml, mimetype=\"text/xml\")`; a string is text/html"),
				fails(dies, "/half", 11205, ""),
			},
		},
		{
			name: "Flask's debugger", quick: true, needs: flask, version: printsVersion("Flask"),
			starts: pythonRuns(python, "-m", "flask", "--app", "APPS/flask_app", "--debug", "run", "--no-reload", "--port", "PORT"),
			rows: []row{
				fails("it raises", "/raise", 11217, ""),
				sends(dies, "/half", "Your balance is", "no `--debug` before texters"),
			},
		},
		{
			name: "FastAPI on uvicorn", needs: fastapi, version: printsVersion("fastapi"),
			starts: pythonRuns(python, "-m", "uvicorn", "--app-dir", "APPS", "--port", "PORT", "fastapi_app:app"),
			rows: []row{
				fine("a URL without the slash at its end", "/slash", ""),
				fails("it raises", "/raise", 11217, ""),
				fails("it returns a string", "/text", 12300, "`Response(twiml, media_type=\"text/xml\")`; a string is JSON"),
				fails(dies, "/half", 11205, ""),
			},
		},
		{
			name: "uvicorn", needs: fastapi[:1:1], version: printsVersion("uvicorn"),
			starts: pythonRuns(python, "-m", "uvicorn", "--app-dir", "APPS", "--port", "PORT", "asgi:app"),
			rows:   []row{fails("it raises", "/", 11217, "")},
		},
	}...)
}

// wsgis returns the servers of WSGI apps.
func wsgis() []software {
	gunicorn := func(line ...string) func(*testing.T, *place) {
		return pythonRuns(append([]string{"gunicorn", "--chdir", "APPS", "-b", "ADDRESS", "--timeout", "2"}, append(line, "wsgi")...)...)
	}
	return []software{
		{
			name: "gunicorn, sync workers", needs: []string{"gunicorn"}, version: []string{"gunicorn", "--version"}, starts: gunicorn(),
			rows: []row{
				fails("it raises", "/raise", 11217, ""),
				fails(dies, "/half", 11205, ""),
				fails("a worker is killed", "/kill", 11205, "enough memory: this is what the kernel's killer looks like"),
				fails("`--timeout 2` and a handler of 5 s", "/slow", 11205, "a `--timeout` above 15 s"),
			},
		},
		{
			name: "gunicorn, threads", needs: []string{"gunicorn"}, version: []string{"gunicorn", "--version"}, starts: gunicorn("-k", "gthread", "--threads", "2"),
			rows: []row{
				fine("`--timeout 2` and a handler of 5 s, which it does not limit", "/slow", ""),
				fails("a worker is killed, on a kept connection", "/kill", 11205, "enough memory").onKept(),
			},
		},
		{
			name: "uWSGI", needs: []string{"uwsgi", "/usr/lib/uwsgi/plugins/python3_plugin.so"}, version: []string{"uwsgi", "--version"},
			starts: pythonRuns("uwsgi", "--die-on-term", "--master", "--plugin", "python3", "--http-socket", "ADDRESS", "--chdir", "APPS", "--module", "wsgi", "--harakiri", "2"),
			rows: []row{
				fails("it raises", "/raise", 11205, "a middleware that answers 500"),
				sends(dies, "/half", "Your balance is", "`text/xml`, which shows the cut"),
				fails("`--harakiri 2` and a handler of 5 s", "/slow", 11205, ""),
			},
		},
	}
}
