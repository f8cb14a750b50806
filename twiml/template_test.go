package twiml_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli/twiml"
)

// render fills in a valid template.
func render(t *testing.T, src string, params map[string]string) (string, error) {
	t.Helper()
	template, problems := twiml.ParseTemplate(src)
	if template == nil {
		t.Fatalf("%q: %v", src, problems)
	}
	return template.Render(params)
}

func TestPlaceholdersAreFilledIn(t *testing.T) {
	params := map[string]string{
		"Body": `<b> & "you" 'n' me`, "From": "+15557770001", "Empty": "", "Blank": " \n", "Name": "Ann",
		"Sip": "sip:+15125551212@example.com", "e164": "a parameter", "a.b": "dotted",
	}
	for _, tt := range []struct{ name, src, want string }{
		{"none", "<Response/>", "<Response/>"},
		{"one brace is no placeholder", "{Name} }}", "{Name} }}"},
		{"a value", "Hello {{Name}}!", "Hello Ann!"},
		{"spaces in the braces", "{{ Name }}", "Ann"},
		{"a value is escaped", "{{Body}}", "&lt;b&gt; &amp; &#34;you&#34; &#39;n&#39; me"},
		{"a missing value is empty", "[{{Nobody}}]", "[]"},
		{"a section that is shown", "{{#Name}}Hello {{Name}}{{/Name}}", "Hello Ann"},
		{"a section of an empty value", "[{{#Empty}}x{{/Empty}}]", "[]"},
		{"a section of a blank value", "[{{#Blank}}x{{/Blank}}]", "[]"},
		{"a section of a missing value", "[{{#Nobody}}x{{/Nobody}}]", "[]"},
		{"an inverted section", "{{^Name}}you{{/Name}}{{^Nobody}}me{{/Nobody}}", "me"},
		{"sections within one another", "{{#Name}}{{^Empty}}{{#From}}x{{/From}}{{/Empty}}{{/Name}}", "x"},
		{"a tag alone on its line takes the line with it", "a\n  {{#Name}}\nb\n  {{/Name}}\nc", "a\nb\nc"},
		{"a comment", "a{{! Name <&> }}b", "ab"},
		{"a phone number", "{{#e164}}{{Sip}}{{/e164}}", "+15125551212"},
		{"a phone number as written", "{{#e164}} (512) 555-1212 {{/e164}}", "5125551212"},
		{"no phone number", "[{{#e164}}{{Name}}{{/e164}}]", "[]"},
		{"the escape of a quote is no phone number", "[{{#e164}}{{Body}}{{/e164}}]", "[]"},
		{"a section in the function", "{{#e164}}{{#Name}}{{From}}{{/Name}}{{/e164}}", "+15557770001"},
		{"the function within itself", "{{#e164}}{{#e164}}{{Sip}}{{/e164}}{{/e164}}", "+15125551212"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := render(t, tt.src, params)
			if got != tt.want || err != nil {
				t.Errorf("got %q, %v, want %q", got, err, tt.want)
			}
		})
	}
}

// A texter who knows the bin tries to break it or to inject markup.
func TestValuesCannotBreakTheDocument(t *testing.T) {
	for _, place := range []string{
		"<Message>{{Body}}</Message>",
		"<Message>]{{Body}}></Message>",
		"<Message>]]{{Body}}{{Body}}&gt;</Message>",
		"<Message action='{{Body}}'>x</Message>",
		`<Message action="{{Body}}">x</Message>`,
		"<Message><![CDATA[{{Body}}]]></Message>",
		"<Message><![CDATA[]{{Body}}>]]></Message>",
		"<!-- {{Body}} -->",
		"<!-- -{{Body}}{{Body}} -->",
		"<!-- {{Body}}{{Body}}- -->",
		"<!-- {{#Body}}{{Body}}{{/Body}}-->",
	} {
		for _, value := range []string{
			"</Message><Redirect>http://evil.example</Redirect><Message>", `" to="+15557770666`, "' to='+15557770666", "&", "&amp", "<",
			"<!--", "-->", "--", "-", "---", "->", ">", "]]>", "]]", "]", "]>", "<![CDATA[", "{{Body}}", "{{{", "?>",
			"\x00", "\x08\x1b", "\uFFFE\uFFFF", "\xff\xfe", "\xed\xa0\x80", "&#0;", "\r\n", "🍰",
		} {
			src := "<Response>" + place + "</Response>"
			text, err := render(t, src, map[string]string{"Body": value})
			if err != nil {
				t.Fatal(err)
			}
			doc := twiml.Parse([]byte(text))
			if p := doc.Failure(); p != nil {
				t.Errorf("%q with %q: %v in %q", place, value, p, text)
			}
			for _, v := range doc.Verbs {
				if m, ok := v.(*twiml.Message); !ok || m.To != "" {
					t.Errorf("%q with %q became %q", place, value, text)
				}
			}
		}
	}
}

func TestAValueArrivesAsItWasTexted(t *testing.T) {
	for _, value := range []string{"Fish & chips <3", "--", "-5 degrees -", "[x]", "555-1234", `"it's"`, "a\nb\tc", "🍰"} {
		text, err := render(t, "<Response><Message><Body>{{Body}}</Body></Message></Response>", map[string]string{"Body": value})
		if err != nil {
			t.Fatal(err)
		}
		if got := twiml.Parse([]byte(text)).Verbs[0].(*twiml.Message).Body; got != value {
			t.Errorf("got %q, want %q", got, value)
		}
	}
}

func TestATemplateTooLargeToFillInIsRefused(t *testing.T) {
	word := strings.Repeat("x", 1000)
	for _, tt := range []struct {
		name, src string
		value     string
		want      error
	}{
		{"64 values of a thousand letters", strings.Repeat("{{v}}", 64), word, nil},
		{"66 of them", strings.Repeat("{{v}}", 66), word, twiml.ErrTooLarge},
		{"66 that are not shown", "{{#no}}" + strings.Repeat("{{v}}", 66) + "{{/no}}", word, twiml.ErrTooLarge},
		{"values that grow when escaped", strings.Repeat("{{v}}", 20), strings.Repeat("&", 1000), twiml.ErrTooLarge},
		{"values in the function", "{{#e164}}" + strings.Repeat("{{v}}", 66) + "{{/e164}}", word, twiml.ErrTooLarge},
		{"no placeholder", strings.Repeat("x", twiml.MaxSize+1), "", twiml.ErrTooLarge},
	} {
		if _, err := render(t, tt.src, map[string]string{"v": tt.value}); !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, err, tt.want)
		}
	}
}

func TestATemplateCanBeFilledInByManyAtOnce(t *testing.T) {
	template, _ := twiml.ParseTemplate("{{#e164}}{{From}}{{/e164}} {{Name}}")
	var wg sync.WaitGroup
	for _, name := range []string{"Ann", "Bob", "Eve", "Kim"} {
		wg.Go(func() {
			for range 200 {
				if got, err := template.Render(map[string]string{"From": "+1 555 777 0001", "Name": name}); got != "+15557770001 "+name {
					t.Errorf("got %q, %v for %s", got, err, name)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestTheFunctionFindsPhoneNumbers(t *testing.T) {
	got, want := map[string]string{}, map[string]string{
		"sip:+15125551212@example.com":          "+15125551212",
		"SIPS:5125551212@10.0.0.1:5061;user=x":  "5125551212",
		"sip:bob@10.0.0.1":                      "",
		"(512) 555-1212":                        "5125551212",
		"512.555.1212":                          "5125551212",
		"+44 20 7946 0958":                      "+442079460958",
		"whatsapp:+15557770001":                 "+15557770001",
		"tel:+1-512-555-1212;ext=5":             "+15125551212",
		"12345":                                 "12345",
		"client:bob2":                           "",
		"":                                      "",
		"+":                                     "",
		"call 5 times: +1 512 555 1212, please": "+15125551212",
		"1234567890123456":                      "",
		"+1+15125551212":                        "+15125551212",
		"٠١٢٣٤":                                 "",
	}
	for text := range want {
		out, err := render(t, "{{#e164}}{{v}}{{/e164}}", map[string]string{"v": text})
		if err != nil {
			t.Fatal(err)
		}
		got[text] = out
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestAFaultyTemplateSaysWhere(t *testing.T) {
	for _, tt := range []struct {
		src          string
		line, column int
		words        string
	}{
		{"é {{{Body}}}", 1, 3, "two braces"},
		{"\n{{&Body}}", 2, 1, "two braces"},
		{"{{ > /etc/passwd }}", 1, 1, "nothing to include"},
		{"{{=<% %>=}}", 1, 1, "cannot be changed"},
		{"{{Body", 1, 1, "no end"},
		{"{{#a}}\n{{#b}}{{/b}}", 1, 1, "{{/a}}"},
		{"{{/a}}", 1, 1, "{{#a}}"},
		{"{{}}", 1, 1, "names nothing"},
		{"{{#.}}{{/.}}", 1, 1, "names nothing"},
		{"{{e164}}", 1, 1, "{{#e164}}"},
		{"{{^e164}}{{/e164}}", 1, 1, "{{#e164}}"},
	} {
		template, problems := twiml.ParseTemplate(tt.src)
		if template != nil || len(problems) == 0 {
			t.Errorf("%q: no problem", tt.src)
			continue
		}
		p := problems[0]
		if p.Code != 12100 || p.Level != twiml.Error || p.Line != tt.line || p.Column != tt.column || !strings.Contains(p.Message, tt.words) {
			t.Errorf("%q: got %v, want %d:%d saying %q", tt.src, p, tt.line, tt.column, tt.words)
		}
	}
}

func BenchmarkRender(b *testing.B) {
	template, _ := twiml.ParseTemplate(`<?xml version="1.0" encoding="UTF-8"?>
<Response><Message>Hello {{#Name}}{{Name}}{{/Name}}{{^Name}}{{From}}{{/Name}}, you said: {{Body}}</Message></Response>`)
	params := map[string]string{"From": "+15557770001", "Body": "Is my order ready?"}
	for b.Loop() {
		if _, err := template.Render(params); err != nil {
			b.Fatal(err)
		}
	}
}
