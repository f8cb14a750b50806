package servers

import (
	"os"
	"testing"
)

// javaRuns returns what starts a program of one file with Debian's jars.
func javaRuns(source, jars string) func(*testing.T, *place) {
	return func(t *testing.T, p *place) {
		if err := os.Mkdir(p.folder+"/base", 0o755); err != nil {
			t.Fatal(err)
		}
		p.runs(t, "java", "-XX:TieredStopAtLevel=1", "-cp", jars, "apps/"+source, p.port, p.folder+"/base")
	}
}

const jars = "/usr/share/java/"

func javas() []software {
	jetty, tomcat := "", ""
	for _, name := range []string{"server", "util", "http", "io"} {
		jetty += jars + "jetty9-" + name + ".jar:"
	}
	for _, name := range []string{"catalina", "coyote", "api", "util", "util-scan", "juli", "servlet-api", "annotations-api", "jaspic-api", "jni", "el-api", "jsp-api"} {
		tomcat += jars + "tomcat10-" + name + ".jar:"
	}
	rows := []row{
		fine("its servlet is healthy", "/ok", ""),
		fails("a servlet throws", "/throw", 11217, ""),
		fails("a servlet throws after a flush, plain text", "/half", 11205, ""),
	}
	return []software{
		{
			name: "Jetty", needs: []string{"java", "javac", jars + "jetty9-server.jar"}, version: []string{"dpkg-query", "-W", "libjetty9-java"},
			starts: javaRuns("JettyApp.java", jetty+jars+"servlet-api-3.1.jar:"+jars+"servlet-api.jar"), rows: rows,
		},
		{
			name: "Tomcat", needs: []string{"java", "javac", jars + "tomcat10-catalina.jar"}, version: []string{"dpkg-query", "-W", "libtomcat10-java"},
			starts: javaRuns("TomcatApp.java", tomcat), rows: rows,
		},
	}
}
