package rest

import (
	"context"
	"errors"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/sms"
	"github.com/repli-sms/repli/store"
)

// addNumber adds the number that was named, which may be any, or one of the supply.
func (s *Server) addNumber(ctx context.Context, acct repli.Account, in struct {
	numberForm
	PhoneNumber string `form:"PhoneNumber" code:"21421"`
	AreaCode    string `form:"AreaCode" code:"21451"`
}) (numberResource, error) {
	s.db.Configuring.Lock()
	defer s.db.Configuring.Unlock()
	if in.PhoneNumber == "" && in.AreaCode != "" {
		address, err := s.inArea(ctx, in.AreaCode)
		if err != nil {
			return numberResource{}, err
		}
		in.PhoneNumber = address
	}
	return s.add(ctx, acct, in.PhoneNumber, anyLine, in.numberForm)
}

// addNumberOf adds the number that was named, which must be of this line.
func (s *Server) addNumberOf(line sms.Line) endpoint.Func[numberOfLine, numberResource] {
	return func(ctx context.Context, acct repli.Account, in numberOfLine) (numberResource, error) {
		if in.AreaCode != "" {
			return numberResource{}, repli.Errorf(21457, "AreaCode %.64q is of use in IncomingPhoneNumbers.json only; give a PhoneNumber here", in.AreaCode)
		}
		s.db.Configuring.Lock()
		defer s.db.Configuring.Unlock()
		return s.add(ctx, acct, in.PhoneNumber, line, in.numberForm)
	}
}

type numberOfLine struct {
	numberForm
	PhoneNumber string `form:"PhoneNumber" code:"21421"`
	AreaCode    string `form:"AreaCode" code:"21457"`
}

// add adds a number. The caller holds the lock of configuration.
func (s *Server) add(ctx context.Context, acct repli.Account, given string, line sms.Line, in numberForm) (numberResource, error) {
	if given == "" {
		return numberResource{}, repli.Errorf(21421, "PhoneNumber is missing: which number is to be added?")
	}
	address, err := sms.Normalize(given, "US")
	if err != nil {
		return numberResource{}, repli.Errorf(21421, "PhoneNumber: %v", err)
	}
	if is := sms.LineOf(address); line != anyLine && is != line {
		return numberResource{}, repli.Errorf(21458, "%s is a %s number, not a %s one", address, is, line)
	}
	now := time.Now().UTC().Truncate(time.Microsecond)
	n := repli.Number{
		SID: repli.NewSID(repli.NumberPrefix), Account: acct.SID, Address: address, FriendlyName: sms.Format(address),
		Chain: repli.Chain{AnswerBy: repli.DefaultAnswerBy}, Created: now, Updated: now,
	}
	if err := s.apply(ctx, acct, in, &n); err != nil {
		return numberResource{}, err
	}
	if s.isTest(acct.SID) {
		return s.showNumberOf(line)(n), magicPurchase(address)
	}
	err = s.db.Tx(ctx, func(tx *store.Tx) error { return tx.AddNumber(ctx, n) })
	if errors.Is(err, store.ErrConflict) {
		err = repli.Errorf(21422, "%s is not available: somebody has it already", address)
	}
	return s.showNumberOf(line)(n), err
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
