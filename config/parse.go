// Package config is where the command line, the environment and the settings file meet.
//
// [Parse] reads all three and returns the command to run. One setting has three spellings:
//
//	--webhooks.max-in-flight 500        the flag, which beats
//	REPLI_WEBHOOKS_MAX_IN_FLIGHT=500    the environment, which beats
//	webhooks: {max_in_flight: 500}      the file named by --config or REPLI_CONFIG
//
// A value that cannot be used is an error that says where it stands, what is wrong with it
// and what would be right. So is a key of the file that no setting has.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/repli-sms/repli"
)

// A Command is what to run: *Serve, *Dev, *Check, *Text, *Drill, *Env, *Run, *Backup, *CheckStore,
// *Forget, *Export, *Version or *Help.
type Command any

// Serve runs the server.
type Serve struct {
	Config string `placeholder:"FILE" help:"A YAML file with any of these settings."`
	Server

	Password    string `type:"password" placeholder:"PASSWORD" help:"Set the console's password. Prefer the variable REPLI_PASSWORD."`
	SetPassword bool   `help:"Prompt for the console's password, save it, and exit."`
	Once
}

// Dev runs the server as an emulator.
type Dev struct {
	Config string `placeholder:"FILE" help:"A YAML file with any of these settings."`
	Server

	Proxy    string `type:"proxy" default:"auto" placeholder:"HOST:PORT" help:"Address of the proxy that stands in for Twilio: auto is 127.0.0.1:8081 or any free port; off disables it."`
	Insecure bool   `help:"Accept other machines, although the credentials are public."`
	Once
}

// Once holds the flags that apply to one start and are not settings.
type Once struct {
	Fresh        bool `help:"Begin with an empty store where one was lost. What is left of it is renamed."`
	RetentionNow bool `name:"retention.now" help:"Delete expired messages at once, however many they are."`
}

// Store copies or checks the store.
type Store struct {
	Backup Backup     `kong:"cmd,help='Copy the store, also while a server uses it.'"`
	Check  CheckStore `kong:"cmd,help='Check a store and print what it contains.'"`
}

// Backup copies a store.
type Backup struct {
	Store string `type:"store" default:"./repli.db" placeholder:"FILE" help:"The store to copy."`
	File  string `arg:"" help:"The copy to make."`
}

// CheckStore reads a store and reports what is wrong with it.
type CheckStore struct {
	File string `arg:"" help:"The store, or a copy of it."`
}

// Check reads TwiML and reports what is wrong with it.
type Check struct {
	Verbose bool     `short:"v" help:"Also list the messages that each valid document sends."`
	Files   []string `arg:"" name:"file" help:"The documents; - is standard input."`
}

// Text sends a text as a simulated phone and waits for the answer.
type Text struct {
	From string `arg:"" help:"The phone, such as +15557770001."`
	To   string `arg:"" help:"The number to text, such as +15550001000."`
	Body string `arg:"" help:"The text. Put -- before the phone if it begins with a dash."`

	Expect *regexp.Regexp `type:"regexp" placeholder:"REGEXP" help:"Fail unless an answer matches this regular expression."`
	Wait   time.Duration  `type:"duration" default:"15s" aliases:"within" placeholder:"TIME" help:"How long to wait for an answer (default 15s). --within is the same."`
	Client
}

// Drill proves that the fallbacks of numbers answer.
type Drill struct {
	Numbers []string `arg:"" optional:"" name:"number" help:"The numbers to drill."`

	All    bool     `help:"Drill every number."`
	Faults []string `name:"fault" placeholder:"KIND" help:"Drill only this fault of the primary; may be repeated."`
	JSON   bool     `name:"json" help:"Print the API's JSON when all drills have ended."`
	JUnit  string   `name:"junit" placeholder:"FILE" help:"Also write a report in JUnit's XML."`
	Report bool     `help:"Run no drill; report how far each fallback can be relied on."`
	Client
}

// Forget deletes everything that a running server has of a phone.
type Forget struct {
	Phone string `arg:"" help:"The phone, such as +15557770001."`
	JSON  bool   `name:"json" help:"Print the API's JSON."`
	Client
}

// Export prints everything that a running server has of a phone.
type Export struct {
	Phone string `arg:"" help:"The phone, such as +15557770001."`
	Media string `placeholder:"FOLDER" help:"Also write its media to this folder, a file each."`
	Client
}

// Env prints the environment variables with which code written for Twilio reaches a server.
type Env struct {
	Shell string `type:"shell" default:"sh" placeholder:"SHELL" help:"The shell to print for: sh, fish, bash or powershell (default sh)."`
	Client
}

// Run runs a command with those environment variables.
type Run struct {
	Client
	Command []string `arg:"" passthrough:"partial" help:"The command and its arguments, after --."`
}

// A Client says how to reach a running server.
type Client struct {
	Server  string `type:"base-url" default:"http://127.0.0.1:8080" placeholder:"URL" help:"The server to ask."`
	Account string `default:"${account}" placeholder:"SID" help:"The account; the dev server's by default."`
	Token   string `default:"${token}" placeholder:"TOKEN" help:"The account's token; the dev server's by default."`
}

// Version prints the version of this program.
type Version struct{}

// Help is a page of help to print. Asked reports whether it was requested; if not, the command
// was missing.
type Help struct {
	Text  string
	Asked bool
}

// Dev's credentials are the same on every machine, so that examples can be copied.
const (
	DevAccount = "AC00000000000000000000000000000001"
	DevToken   = "00000000000000000000000000000001"
)

// The test credentials of every dev server. Requests with them are answered but have no effect.
const (
	DevTestAccount = "AC00000000000000000000000000007e57"
	DevTestToken   = "00000000000000000000000000007e57"
)

type commandLine struct {
	Help    helpFlag `short:"h" help:"Show this help."`
	Dev     Dev      `kong:"cmd,help='Run an emulator: simulated phones, a demo number, fixed credentials.',set='store=./repli-dev.db',set='account=${devAccount}',set='token=${devToken}',set='log=warn',set='phones=full'"`
	Serve   Serve    `kong:"cmd,help='Run the server.',set='store=./repli.db',set='account=',set='token=',set='log=info',set='phones=masked'"`
	Check   Check    `kong:"cmd,help='Check TwiML documents.'"`
	Text    Text     `kong:"cmd,help='Send a text as a simulated phone and print the answer.',set='account=${devAccount}',set='token=${devToken}'"`
	Drill   Drill    `kong:"cmd,help='Prove that the fallbacks of numbers answer.',set='account=${devAccount}',set='token=${devToken}'"`
	Env     Env      `kong:"cmd,help='Print environment variables for code written for Twilio.',set='account=${devAccount}',set='token=${devToken}'"`
	Run     Run      `kong:"cmd,help='Run a command with those environment variables.',set='account=${devAccount}',set='token=${devToken}'"`
	Store   Store    `kong:"cmd,help='Copy or check the store.'"`
	Forget  Forget   `kong:"cmd,help='Delete everything about a phone.',set='account=${devAccount}',set='token=${devToken}'"`
	Export  Export   `kong:"cmd,help='Print everything about a phone.',set='account=${devAccount}',set='token=${devToken}'"`
	Version Version  `kong:"cmd,help='Print the version.'"`
}

// Parse parses the arguments, without the program's name; the environment and the file supply the
// rest. The error is an [*Error], or that of the file that cannot be read.
func Parse(args []string, env func(string) string) (Command, error) {
	var page bytes.Buffer
	k, err := grammar(&page, &sources{env: env})
	if err != nil {
		return nil, err
	}
	asked := len(args) > 0
	if !asked {
		args = []string{"--help"}
	}
	ctx, err := k.Parse(args)
	if errors.Is(err, errHelp) {
		return &Help{Text: page.String(), Asked: asked}, nil
	}
	if err != nil {
		return nil, located(err)
	}
	command := ctx.Selected().Target.Addr().Interface()
	switch c := command.(type) {
	case *Dev:
		err = c.reachable()
	case *Run:
		err = c.dashes()
	case *Drill:
		err = c.whom()
	}
	if err != nil {
		return nil, err
	}
	return command, nil
}

// grammar returns the grammar of the command line. It writes help to page.
func grammar(page io.Writer, from *sources) (*kong.Kong, error) {
	return kong.New(&commandLine{}, append(mappers(),
		kong.Name("repli"),
		kong.Description(about),
		kong.Vars{"devAccount": DevAccount, "devToken": DevToken},
		kong.NoDefaultHelp(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.ValueFormatter(helpWithVariable),
		kong.Writers(page, page),
		kong.Resolvers(from),
	)...)
}

// An Error means that a setting or an argument is wrong.
type Error struct {
	Where  string // --listen, REPLI_LISTEN or repli.yaml:3; "" for the command line as a whole
	Detail string
}

func (e *Error) Error() string {
	if e.Where == "" {
		return e.Detail
	}
	return e.Where + ": " + e.Detail
}

// located returns the part of one of kong's errors that is meant for people.
func located(err error) error {
	var own *Error
	var unread *unreadError
	var parse *kong.ParseError
	switch {
	case errors.As(err, &own):
		return own
	case errors.As(err, &unread):
		return unread.err
	case errors.As(err, &parse) && parse.Context != nil && parse.Context.Selected() == nil:
		return &Error{Detail: err.Error() + "; the commands are dev, serve, check, text, drill, env, run, store, forget, export and version"}
	}
	return &Error{Detail: err.Error()}
}

// reachable refuses to let other machines use the public credentials.
func (d *Dev) reachable() error {
	if d.Insecure || isLoopback(d.Listen) {
		return nil
	}
	return &Error{Where: "listen", Detail: fmt.Sprintf(
		"%s can be reached from other machines, and dev's credentials are no secret; listen on 127.0.0.1, or add --insecure if that is meant", d.Listen)}
}

// whom checks that at least one number is drilled, none twice, and only known faults.
func (d *Drill) whom() error {
	asked := 0
	for _, is := range []bool{len(d.Numbers) > 0, d.All, d.Report} {
		if is {
			asked++
		}
	}
	switch {
	case asked == 0:
		return &Error{Detail: `expected "<number> ...", --all or --report`}
	case asked > 1:
		return &Error{Detail: "numbers, --all and --report cannot go together"}
	case d.Report && (len(d.Faults) > 0 || d.JUnit != ""):
		return &Error{Where: "--report", Detail: "it drills nothing, so there is no --fault and no --junit"}
	}
	for _, fault := range d.Faults {
		var wrong *repli.Error
		if errors.As(repli.CheckDrill(repli.FaultKind(fault)), &wrong) {
			return &Error{Where: "--fault", Detail: wrong.Sentence()}
		}
	}
	return nil
}

// dashes drops the leading --, which is not part of the command.
func (r *Run) dashes() error {
	if r.Command[0] == "--" {
		r.Command = r.Command[1:]
	}
	if len(r.Command) == 0 {
		return &Error{Detail: `expected "<command> ..." after --`}
	}
	return nil
}

// variable returns the environment variable of a flag.
func variable(flag string) string {
	return "REPLI_" + strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(flag))
}
