package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	semantic = regexp.MustCompile(`^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$`)
	tagged   = regexp.MustCompile(`^v(\d+\.\d+\.)(\d+)(-.+)?$`)
	later    = regexp.MustCompile(`^(.+)-(\d+)-(g[0-9a-f]+)$`)
	untagged = regexp.MustCompile(`^([0-9a-f]{4,64})$`)
)

// versionOf returns the version that was given, or else that of the commit.
func versionOf(ctx context.Context, given string) (string, error) {
	if given == "" {
		described, err := git(ctx, "describe", "--tags", "--always", "--dirty")
		if err != nil {
			return "", fmt.Errorf("the version is not known, give it with -version: %w", err)
		}
		given = semver(described)
	}
	if !semantic.MatchString(given) {
		return "", fmt.Errorf("%q is not a version such as 1.2.3 or 1.2.3-rc.1", given)
	}
	return given, nil
}

// semver returns the semantic version of what git describe says: that of a tag, or one between
// the tag and the next. What is no description is returned as it is.
func semver(described string) string {
	tag, dirty := strings.CutSuffix(described, "-dirty")
	since := "" // the tag
	if m := untagged.FindStringSubmatch(tag); m != nil {
		tag, since = "v0.0.0-dev", ".g"+m[1]
	} else if m := later.FindStringSubmatch(tag); m != nil {
		tag, since = m[1], "."+m[2]+"."+m[3]
	}
	if dirty {
		since += ".dirty"
	}
	m := tagged.FindStringSubmatch(tag)
	if m == nil {
		return described
	}
	start, patch, before := m[1], m[2], m[3]
	if before == "" && since != "" { // after 1.2.3 comes a 1.2.4 to be
		n, _ := strconv.Atoi(patch)
		patch, before = strconv.Itoa(n+1), "-dev"
	}
	return start + patch + before + since
}

// timeOf returns the time that was given in seconds since 1970, or else that of the commit.
func timeOf(ctx context.Context, epoch string) (time.Time, error) {
	if epoch == "" {
		var err error
		if epoch, err = git(ctx, "log", "-1", "--format=%ct"); err != nil {
			return time.Time{}, fmt.Errorf("the time is not known, give it with SOURCE_DATE_EPOCH: %w", err)
		}
	}
	seconds, err := strconv.ParseInt(epoch, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH is %q, not a number of seconds", epoch)
	}
	return time.Unix(seconds, 0).UTC(), nil
}

func git(ctx context.Context, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, "git", args...).Output()
	return strings.TrimSpace(string(out)), said(err)
}

// said adds to the error of a command what it said.
func said(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return fmt.Errorf("%w: %s", err, strings.TrimSpace(string(exit.Stderr)))
	}
	return err
}
