package config

import (
	"errors"
	"strings"

	"github.com/alecthomas/kong"
)

const about = `Repli answers text messages: it asks your handler, and when that fails, your fallback.

Start with "repli dev". In a second terminal, "repli text +15557770001 +15550001000 hello" sends a text.`

// Help is shown under the usage of the command.
func (Serve) Help() string {
	return `Settings may also stand in the environment, as named below, or in a YAML file. Flags beat the environment, which beats the file.

    repli serve --listen 0.0.0.0:8080 --base-url https://sms.example.com
    repli serve --config /etc/repli.yaml

The console, at /console, lets in who knows its password. Set it once, while the server is stopped:

    repli serve --set-password`
}

// Help is shown under the usage of the command.
func (Dev) Help() string {
	return `Nothing leaves this machine: the phones are simulated. Handlers may be anywhere, this machine included.

    repli dev
    repli dev --store :memory: --listen 127.0.0.1:9000`
}

// Help is shown under the usage of the command.
func (Check) Help() string {
	return `Problems are printed as file:line:column: level code: what is wrong. The exit code is 0 without errors, 1 with errors, 3 when a file cannot be read.

    repli check hello.xml backup.xml
    curl -s https://example.com/sms | repli check -`
}

// Help is shown under the usage of the command.
func (Text) Help() string {
	return `The answer is printed, or each of them on its own line. The exit code is 1 when none came in time, 3 when the server cannot be reached or refuses.

With --expect the exit code is 0 as soon as an answer matches, 1 when none has in time. Any of several may match, and so may what the number sends to the phone unasked meanwhile. The expression is one of Go's (RE2), and matches anywhere in an answer, as it is printed.

    repli text +15557770001 +15550001000 "Is my order ready?"
    repli text --expect '(?i)ready at \d+:\d\d' --within 5s +15557770001 +15550001000 "Is my order ready?"
    repli text -- +15557770001 +15550001000 "-5 degrees here"`
}

// Help is shown under the usage of the command.
func (Drill) Help() string {
	return `For each way in which a primary can fail, a text that nobody sent goes through the running server, and the fallback is asked as in an outage. Nothing is sent to a phone. Each line says what broke, who answered and what a texter would have read; what has to be mended stands at the end.

The exit code is 0 when every drill has passed, 1 when one has not, 3 when the server cannot be reached or refuses. With --report it is 1 when a number has no fallback, or one that fails, or fails with its primary.

    repli drill +15550001000
    repli drill --fault timeout --fault dns +15550001000
    repli drill --all --junit drill.xml
    repli drill --report`
}

// Help is shown under the usage of the command.
func (Env) Help() string {
	return `With these variables, programs that use Twilio's libraries reach a running "repli dev" as api.twilio.com, unchanged. The exit code is 3 when the server cannot be reached or its proxy is off.

    eval "$(repli env)"
    repli env --shell fish | source
    repli env --shell powershell | Out-String | Invoke-Expression`
}

// Help is shown under the usage of the command.
func (Run) Help() string {
	return `The environment is that of "repli env". The exit code is that of the command, or 3 when it cannot be run, the server cannot be reached or its proxy is off.

    repli run -- node app.js
    repli run -- npm test`
}

// Help is shown under the usage of the command.
func (Backup) Help() string {
	return `The copy is the store as it was at one moment, in one file that nobody but its owner may read, and a server can start with it elsewhere. A server that runs goes on meanwhile. The exit code is 3 when there is no store, or the copy exists or cannot be written.

    repli store backup --store /var/lib/repli/repli.db /backup/repli-monday.db`
}

// Help is shown under the usage of the command.
func (CheckStore) Help() string {
	return `All of the store is read and nothing is changed; a server may use it meanwhile. The exit code is 0 when it is well, 1 when something is wrong with it, 3 when it is no store or cannot be read.

    repli store check /backup/repli-monday.db`
}

// Help is shown under the usage of the command.
func (Forget) Help() string {
	return `Its messages, with everything that belongs to them, and what else names it are deleted from the running server, also what is unfinished. A phone that had said STOP still gets no messages. A receipt is printed that does not name the phone. What backups hold is not touched; docs/privacy.md says more. The exit code is 3 when the server cannot be reached or refuses; then ask again.

    repli forget +15557770001`
}

// Help is shown under the usage of the command.
func (Export) Help() string {
	return `All that "repli forget" would delete is printed as JSON, whose shape is in docs/openapi.json. The exit code is 3 when the server cannot be reached or refuses.

    repli export +15557770001 > phone.json
    repli export --media pictures +15557770001 > phone.json`
}

var errHelp = errors.New("help was asked for")

// A helpFlag prints the help of the command before anything else is looked at, so that it
// works beside missing or wrong arguments.
type helpFlag bool

// BeforeReset is called when the flag is there.
func (helpFlag) BeforeReset(ctx *kong.Context) error {
	if err := ctx.PrintUsage(false); err != nil {
		return err
	}
	return errHelp
}

// helpWithVariable adds the environment variable to the help of a flag.
func helpWithVariable(v *kong.Value) string {
	if v.Flag == nil || !fromEnvironment(v.Flag) {
		return v.Help
	}
	help := strings.TrimSuffix(v.Help, ".")
	if v.Default != "" {
		help += " (" + v.Default + ")"
	}
	return help + " [$" + variable(v.Name) + "]"
}

// fromEnvironment reports whether a flag is a setting rather than part of one question.
func fromEnvironment(flag *kong.Flag) bool {
	switch flag.Name {
	case "help", "verbose", "expect", "wait", "shell", "all", "fault", "json", "junit", "report", "media", "set-password", "fresh", "retention.now":
		return false
	}
	return true
}
