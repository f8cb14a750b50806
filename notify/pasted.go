package notify

import (
	"net/url"
	"strings"
)

// Pasted returns the address with which a service is told in its own form, if to is the address of a
// webhook as Slack, Discord, Telegram or PagerDuty hand it out; it returns any other address as it is.
//
// https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
// https://discord.com/developers/docs/resources/webhook#execute-webhook
// https://core.telegram.org/bots/api#making-requests
// https://developer.pagerduty.com/docs/events-api-v1-overview
func Pasted(to string) string {
	u, err := url.Parse(strings.TrimSpace(to))
	if err != nil || u.Scheme != "https" {
		return to
	}
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	switch strings.ToLower(u.Hostname()) {
	case "hooks.slack.com":
		if len(parts) == 4 && parts[0] == "services" {
			return "slack://hook:" + strings.Join(parts[1:], "-") + "@webhook"
		}
	case "discord.com", "discordapp.com", "ptb.discord.com", "canary.discord.com":
		if len(parts) >= 4 && parts[len(parts)-3] == "webhooks" {
			return "discord://" + parts[len(parts)-1] + "@" + parts[len(parts)-2]
		}
	case "api.telegram.org":
		token, isBot := strings.CutPrefix(parts[0], "bot")
		if chat := u.Query().Get("chat_id"); isBot && chat != "" {
			return "telegram://" + token + "@telegram?chats=" + url.QueryEscape(chat)
		}
	case "events.pagerduty.com":
		if len(parts) >= 2 && parts[0] == "integration" {
			return "pagerduty://events.pagerduty.com/" + parts[1]
		}
	}
	return to
}
