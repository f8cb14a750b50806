package console

import (
	"io"
	"net/http"
	"strings"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/handset"
)

// beginThread goes on to the thread with the number that was typed.
func (s *Server) beginThread(v *visit) (answer, error) {
	if s.Phones == nil {
		return show(phonePage{None: true}), nil
	}
	to := v.field("to")
	number, err := s.edit.Number(v.Context(), v.account, to)
	if err == nil {
		phone, err := s.phones().Phone(v.PathValue("phone"))
		return goTo(phoneAt(phone, number.Address), ""), err
	}
	if repli.LookUp(repli.CodeOf(err)).HTTPStatus() >= http.StatusInternalServerError {
		return answer{}, err
	}
	p, broken := s.phonePage(v)
	p.Form.To, p.Problems = to, problems{"to": sentence(err)}
	return showAgain(p), broken
}

// sendText sends what was typed, with the pictures that were attached.
func (s *Server) sendText(v *visit) (answer, error) {
	p, err := s.phonePage(v)
	if err != nil {
		return answer{}, err
	}
	f := textForm{Body: v.field("body"), URL: strings.TrimSpace(v.field("url"))}
	text := handset.Text{To: p.Number, Body: f.Body}
	if f.URL != "" {
		text.URLs = []string{f.URL}
	}
	if text.Media, err = v.pictures("picture"); err != nil {
		return answer{}, err
	}
	if !p.Known {
		p.Form, p.Problems = f, problems{"number": p.Number}
		return showAgain(p), nil
	}
	if f.Body == "" && f.URL == "" && len(text.Media) == 0 {
		return goTo(phoneAt(p.Phone, p.Number), ""), nil
	}
	_, err = s.phones().Send(v.Context(), v.account, p.Phone, text)
	if err != nil && repli.LookUp(repli.CodeOf(err)).HTTPStatus() < http.StatusInternalServerError {
		p.Form, p.Problems = f, problems{"body": sentence(err)}
		return showAgain(p), nil
	}
	return goTo(phoneAt(p.Phone, p.Number), ""), err
}

// pictures returns the files of a form's field.
func (v *visit) pictures(name string) ([]carrier.Media, error) {
	var all []carrier.Media
	if v.MultipartForm == nil {
		return nil, nil
	}
	for _, file := range v.MultipartForm.File[name] {
		f, err := file.Open()
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(f)
		if f.Close(); err != nil {
			return nil, err
		}
		if len(data) > 0 { // a field nobody has used has a file without content
			all = append(all, carrier.Media{ContentType: file.Header.Get("Content-Type"), Data: data})
		}
	}
	return all, nil
}
