package breaker

import (
	"fmt"
	"time"

	"github.com/repli-sms/repli"
)

// scheduleHangCheck arms the timer that checks at the given time whether the primary hangs, in
// place of an earlier timer. The caller holds r.mu.
func (r *Registry) scheduleHangCheck(c *circuit, at time.Time) {
	if c.hangCheck != nil {
		c.hangCheck.Stop()
	}
	c.hangCheckAt = at
	c.hangCheck = time.AfterFunc(time.Until(at), func() { r.checkHang(c, at) })
}

// checkHang opens the breaker of a primary that hangs, or schedules the next check. It does nothing
// when the check has been rescheduled since: a timer that has fired can no longer be stopped.
func (r *Registry) checkHang(c *circuit, scheduled time.Time) {
	now := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	if c.hangCheck == nil || !c.hangCheckAt.Equal(scheduled) {
		return
	}
	c.hangCheck = nil
	hung, at := hangs(c.waits(), c.lastSuccess, now)
	switch {
	case hung:
		first := c.longestWaiting()
		why := repli.HandlerFailure{
			Code: 11205, URL: repli.SignedURL(c.lastText.URL),
			Detail: fmt.Sprintf("%d texts waited too long at the same time, and none was answered", maxHanging),
		}
		first.transition = r.setBreaker(c, c.hung(why, now), first.text)
	case !at.IsZero():
		r.scheduleHangCheck(c, at)
	}
}
