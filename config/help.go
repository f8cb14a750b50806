package config

import (
	"errors"
	"strings"

	"github.com/alecthomas/kong"
)

const about = `Repli answers text messages: it calls your handler, and if that fails, your fallback.

Start with "repli dev". In a second terminal, "repli text +15557770001 +15550001000 hello" sends a text.`

// Help is shown under the usage of the command.
func (Serve) Help() string {
	return `Settings can also be given in the environment, under the names below, or in a YAML file. Flags override the environment, which overrides the file.

    repli serve --listen 0.0.0.0:8080 --base-url https://sms.example.com
    repli serve --config /etc/repli.yaml

The console, at /console, needs a password. Set it once, while the server is stopped:

    repli serve --set-password`
}

// Help is shown under the usage of the command.
func (Dev) Help() string {
	return `The phones are simulated, so no text leaves this machine. Handlers may run anywhere, including on this machine.

    repli dev
    repli dev --store :memory: --listen 127.0.0.1:9000`
}

// Help is shown under the usage of the command.
func (Check) Help() string {
	return `Problems are printed as file:line:column: level code: what is wrong. The exit code is 0 if there are no errors, 1 if there are, 3 if a file cannot be read.

    repli check hello.xml backup.xml
    curl -s https://example.com/sms | repli check -`
}

// Help is shown under the usage of the command.
func (Text) Help() string {
	return `Each answer is printed on its own line. The exit code is 1 if none arrives in time, 3 if the server cannot be reached or refuses the text.

With --expect the command ends with exit code 0 as soon as an answer matches, and with 1 if none matches in time. Other messages that the number sends to the phone meanwhile count too. The regular expression has Go's syntax (RE2) and may match any part of an answer as it is printed.

    repli text +15557770001 +15550001000 "Is my order ready?"
    repli text --expect '(?i)ready at \d+:\d\d' --within 5s +15557770001 +15550001000 "Is my order ready?"
    repli text -- +15557770001 +15550001000 "-5 degrees here"`
}

// Help is shown under the usage of the command.
func (Drill) Help() string {
	return `A drill simulates, in the running server, a text for each way in which a primary can fail, and calls the fallback as in an outage. Nothing is sent to a phone. Each line says what failed, who answered and what a texter would have received; the end lists what to fix.

The exit code is 0 if every drill passes, 1 if one does not, 3 if the server cannot be reached or refuses. With --report it is 1 if a number has no fallback, a failing one, or one that fails together with its primary.

    repli drill +15550001000
    repli drill --fault timeout --fault dns +15550001000
    repli drill --all --junit drill.xml
    repli drill --report`
}

// Help is shown under the usage of the command.
func (Env) Help() string {
	return `With these variables, programs that use Twilio's libraries reach a running "repli dev" as api.twilio.com, unchanged. The exit code is 3 if the server cannot be reached or its proxy is off.

    eval "$(repli env)"
    repli env --shell fish | source
    repli env --shell powershell | Out-String | Invoke-Expression`
}

// Help is shown under the usage of the command.
func (Run) Help() string {
	return `The environment is that of "repli env". The exit code is that of the command, or 3 if it cannot be run, the server cannot be reached or its proxy is off.

    repli run -- node app.js
    repli run -- npm test`
}

// Help is shown under the usage of the command.
func (Backup) Help() string {
	return `Copies the store to a single file that only its owner can read. The copy is consistent, can be made while the server runs, and a server on another machine can start with it. The exit code is 3 if there is no store, or if the copy exists already or cannot be written.

    repli store backup --store /var/lib/repli/repli.db /backup/repli-monday.db`
}

// Help is shown under the usage of the command.
func (CheckStore) Help() string {
	return `Reads the whole store and changes nothing; a server may use it meanwhile. The exit code is 0 if the store is intact, 1 if it is damaged, 3 if the file is not a store or cannot be read.

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

// A helpFlag prints the help of the command before its arguments are validated, so that it works
// even if some are missing or wrong.
type helpFlag bool

// BeforeReset is called if the flag is given.
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

// fromEnvironment reports whether a flag is a setting, which the environment can give, rather than
// an option of one call.
func fromEnvironment(flag *kong.Flag) bool {
	switch flag.Name {
	case "help", "verbose", "expect", "wait", "shell", "all", "fault", "json", "junit", "report", "media", "set-password", "fresh", "retention.now":
		return false
	}
	return true
}
