package rest

import (
	"context"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/configure"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/sms"
)

// addNumber adds the number that was named, which may be any, or one of the supply.
func (s *Server) addNumber(ctx context.Context, acct repli.Account, in struct {
	numberForm
	PhoneNumber string `form:"PhoneNumber" code:"21421"`
	AreaCode    string `form:"AreaCode" code:"21451"`
}) (numberResource, error) {
	choose := given(in.PhoneNumber, anyLine)
	if in.PhoneNumber == "" && in.AreaCode != "" {
		choose = func(ctx context.Context) (string, error) { return s.inArea(ctx, in.AreaCode) }
	}
	return s.add(ctx, acct, choose, anyLine, in.numberForm)
}

// addNumberOf adds the number that was named, which must be of this line.
func (s *Server) addNumberOf(line sms.Line) endpoint.Func[numberOfLine, numberResource] {
	return func(ctx context.Context, acct repli.Account, in numberOfLine) (numberResource, error) {
		if in.AreaCode != "" {
			return numberResource{}, repli.Errorf(21457, "AreaCode %.64q is of use in IncomingPhoneNumbers.json only; give a PhoneNumber here", in.AreaCode)
		}
		return s.add(ctx, acct, given(in.PhoneNumber, line), line, in.numberForm)
	}
}

type numberOfLine struct {
	numberForm
	PhoneNumber string `form:"PhoneNumber" code:"21421"`
	AreaCode    string `form:"AreaCode" code:"21457"`
}

// given chooses the number that was named, which must be of this line.
func given(number string, line sms.Line) func(context.Context) (string, error) {
	return func(context.Context) (string, error) {
		if number == "" {
			return "", repli.Errorf(21421, "PhoneNumber is missing: which number is to be added?")
		}
		address, err := sms.Normalize(number, "US")
		if err != nil {
			return "", repli.Errorf(21421, "PhoneNumber: %v", err)
		}
		if is := sms.LineOf(address); line != anyLine && is != line {
			return "", repli.Errorf(21458, "%s is a %s number, not a %s one", address, is, line)
		}
		return address, nil
	}
}

// add adds the number that choose returns. With test credentials it only says what would come of
// that.
func (s *Server) add(ctx context.Context, acct repli.Account, choose func(context.Context) (string, error), line sms.Line, in numberForm) (numberResource, error) {
	show := s.showNumberOf(line)
	edit := func(n *repli.Number) error { return s.apply(ctx, acct, in, n) }
	if s.isTest(acct.SID) {
		address, err := choose(ctx)
		if err != nil {
			return numberResource{}, err
		}
		n := configure.NewNumber(acct.SID, repli.Address{Text: address})
		if err := edit(&n); err != nil {
			return numberResource{}, err
		}
		return show(n), magicPurchase(address)
	}
	var address string
	n, err := s.edit.AddAnyNumber(ctx, acct, func(ctx context.Context) (_ repli.Address, err error) {
		address, err = choose(ctx)
		return repli.Address{Text: address}, err
	}, edit)
	if repli.CodeOf(err) == repli.CodeConflict {
		err = repli.Errorf(21422, "%s is not available: somebody has it already", address)
	}
	return show(n), err
}

// inArea returns a number of the supply that has this area code and that nobody has.
func (s *Server) inArea(ctx context.Context, code string) (string, error) {
	if err := checkAreaCode(code); err != nil {
		return "", err
	}
	for _, c := range countries()[:2] { // those of the North American plan
		for _, line := range []sms.Line{sms.Local, sms.TollFree} {
			found, err := s.free(ctx, c.supply(line, code), 1)
			if err != nil || len(found) > 0 {
				return append(found, "")[0], err
			}
		}
	}
	return "", repli.Errorf(21452, "There is no number left in the area code %s; give a PhoneNumber of it", code)
}
