package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/slack"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/telegram"
	"github.com/nicholas-fedor/shoutrrr/pkg/types"

	"github.com/repli-sms/repli/quote"
)

// slackAPI is used for addresses with a token of Slack's API instead of a webhook.
const slackAPI = "https://slack.com/api/chat.postMessage"

// sendSlack sends a message to a channel of Slack.
func sendSlack(ctx context.Context, s types.Service, o outside, m message) error {
	c := s.(*slack.Service).Config
	payload := slack.CreateJSONPayload(c, slackText(m.chat()))
	if !c.Token.IsAPIToken() {
		_, err := post(ctx, o.client, c.Token.WebhookURL(), "", payload)
		return err
	}
	answer, err := post(ctx, o.client, slackAPI, c.Token.Authorization(), payload)
	if err != nil {
		return err
	}
	return refused(answer, "Slack")
}

// slackText escapes a text so that Slack shows it literally: it would interpret <> as links and
// as mentions of a whole channel.
func slackText(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// telegramAPI is the base URL of the bot API.
const telegramAPI = "https://api.telegram.org/bot"

// sendTelegram sends a message to each chat.
func sendTelegram(ctx context.Context, s types.Service, o outside, m message) error {
	c := s.(*telegram.Service).GetConfig()
	var errs []error
	for _, chat := range c.Chats {
		chat, thread, _ := strings.Cut(chat, ":")
		payload := telegram.SendMessagePayload{
			ID: chat, Text: m.chat(),
			DisablePreview: !c.Preview, DisableNotification: !c.Notification,
		}
		if n, err := strconv.Atoi(thread); err == nil {
			payload.MessageThreadID = &n
		}
		answer, err := post(ctx, o.client, telegramAPI+c.Token+"/sendMessage", "", payload)
		if err == nil {
			err = refused(answer, "Telegram")
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// refused returns the error of an answer with {"ok": false}.
func refused(answer []byte, who string) error {
	var said struct {
		OK                 bool
		Error, Description string
	}
	if err := json.Unmarshal(answer, &said); err != nil {
		return fmt.Errorf("%s answered something else than JSON", who)
	}
	if !said.OK {
		return fmt.Errorf("%s refuses: %s%s", who, said.Error, said.Description)
	}
	return nil
}

// post posts JSON and returns the body of the answer, which must have a 2xx status.
func post(ctx context.Context, c *http.Client, url, authorization string, payload any) ([]byte, error) {
	b, err := json.Marshal(payload)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", jsonType)
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	resp, err := c.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode/100 != 2 {
		err = fmt.Errorf("%s answered %s: %s", r.URL.Host, resp.Status, quote.Place(string(answer)))
	}
	return answer, err
}
