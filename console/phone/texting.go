package phone

import (
	"io"
	"net/http"
	"strings"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/configure"
	"github.com/repli-sms/repli/console/frame"
	"github.com/repli-sms/repli/handset"
)

// beginThread goes on to the thread with the number that was typed.
func (s *Server) beginThread(v *frame.Visit) (frame.Answer, error) {
	if s.Phones == nil {
		return frame.Show(page{None: true}), nil
	}
	to := v.Field("to")
	number, err := s.Edit.TypedNumber(v.Context(), v.Account, to)
	address := number.Address
	if repli.CodeOf(err) == repli.CodeConflict { // the phone's country tells which is meant
		address, err = configure.AddressIn(to)
	}
	if err == nil {
		phone, err := s.phones().Phone(v.PathValue("phone"))
		return frame.GoTo(phoneAt(phone, address), ""), err
	}
	if repli.LookUp(repli.CodeOf(err)).HTTPStatus() >= http.StatusInternalServerError {
		return frame.Answer{}, err
	}
	p, broken := s.read(v)
	p.Form.To, p.Problems = to, frame.Problems{"to": frame.Sentence(err)}
	return frame.ShowAgain(p), broken
}

// sendText sends the text that was typed, with its pictures.
func (s *Server) sendText(v *frame.Visit) (frame.Answer, error) {
	p, err := s.read(v)
	if err != nil {
		return frame.Answer{}, err
	}
	f := textForm{Body: v.Field("body"), URL: strings.TrimSpace(v.Field("url"))}
	text := handset.Text{To: p.Number, Body: f.Body}
	if f.URL != "" {
		text.URLs = []string{f.URL}
	}
	if text.Media, err = pictures(v, "picture"); err != nil {
		return frame.Answer{}, err
	}
	if !p.Known {
		p.Form, p.Problems = f, frame.Problems{"number": p.Number}
		return frame.ShowAgain(p), nil
	}
	if f.Body == "" && f.URL == "" && len(text.Media) == 0 {
		return frame.GoTo(phoneAt(p.Phone, p.Number), ""), nil
	}
	_, err = s.phones().Send(v.Context(), v.Account, p.Phone, text)
	if err != nil && repli.LookUp(repli.CodeOf(err)).HTTPStatus() < http.StatusInternalServerError {
		p.Form, p.Problems = f, frame.Problems{"body": frame.Sentence(err)}
		return frame.ShowAgain(p), nil
	}
	return frame.GoTo(phoneAt(p.Phone, p.Number), ""), err
}

// pictures returns the files of a form's field.
func pictures(v *frame.Visit, name string) ([]carrier.Media, error) {
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
