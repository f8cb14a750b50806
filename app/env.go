package app

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/repli-sms/repli/config"
	"github.com/repli-sms/repli/native"
)

// A variable is an environment variable.
type variable struct{ name, value string }

// String returns it in the form of an environment.
func (v variable) String() string { return v.name + "=" + v.value }

// in returns the line that sets it in a shell. Single quotes preserve everything, except quotes
// in all shells and backslashes in fish.
func (v variable) in(shell string) string {
	switch shell {
	case "fish":
		return "set -gx " + v.name + " '" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(v.value) + "'"
	case "powershell":
		return "$env:" + v.name + " = '" + strings.NewReplacer(`'`, `''`, `‘`, `‘‘`, `’`, `’’`, `‚`, `‚‚`, `‛`, `‛‛`).Replace(v.value) + "'"
	}
	return "export " + v.name + "='" + strings.ReplaceAll(v.value, `'`, `'\''`) + "'"
}

// forTwilio returns the variables with which code written for Twilio reaches a server through its
// proxy. pythonPath is the current PYTHONPATH. docs/proxy.md says which client needs which
// variable.
func forTwilio(p native.Proxy, c config.Client, pythonPath string) []variable {
	const here = "127.0.0.1,localhost,::1"
	return []variable{
		{"HTTPS_PROXY", p.URL},
		{"HTTP_PROXY", p.URL},
		{"https_proxy", p.URL},
		{"http_proxy", p.URL},
		{"NO_PROXY", here},
		{"no_proxy", here},
		{"NODE_EXTRA_CA_CERTS", p.Bundle},
		{"SSL_CERT_FILE", p.Bundle},
		{"REQUESTS_CA_BUNDLE", p.Bundle},
		{"CURL_CA_BUNDLE", p.Bundle},
		{"PYTHONPATH", before(pythonPath, p.Python)},
		{"TWILIO_ACCOUNT_SID", c.Account},
		{"TWILIO_AUTH_TOKEN", c.Token},
	}
}

// before returns a list of directories with folder in front. It leaves out a folder whose name
// contains the list separator.
func before(list, folder string) string {
	const sep = string(os.PathListSeparator)
	if folder == "" || strings.Contains(folder, sep) {
		return list
	}
	all := []string{folder}
	for other := range strings.SplitSeq(list, sep) {
		if list != "" && other != folder {
			all = append(all, other)
		}
	}
	return strings.Join(all, sep)
}

// environment gets these variables from a server.
func (p Process) environment(ctx context.Context, c config.Client) ([]variable, error) {
	var proxy native.Proxy
	if err := client(c).call(ctx, "GET", "/repli/v1/proxy", nil, &proxy); err != nil {
		return nil, err
	}
	return forTwilio(proxy, c, p.Env("PYTHONPATH")), nil
}

// env prints the variables for a shell.
func (p Process) env(ctx context.Context, c *config.Env) int {
	vars, err := p.environment(ctx, c.Client)
	if err != nil {
		return p.fail(err)
	}
	for _, v := range vars {
		fmt.Fprintln(p.Stdout, v.in(c.Shell))
	}
	return exitFine
}
