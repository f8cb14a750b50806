package main

import (
	"fmt"
	"time"
)

// throughput adds the comparison of a durable store with none.
func (t *table) throughput(durable, off side, alone outcome) {
	t.judge("texts answered, durable store ÷ store off", "%.2f", ratio(durable.rates, off.rates), atLeast(0.75, 0.85))
	t.tell("the same by CPU spent, handler included", "%.2f", ratio(off.spent(), durable.spent()))
	t.tell("texts answered a second, durable store", "%.0f", median(durable.rates))
	t.tell("texts answered a second, store off", "%.0f", median(off.rates))
	t.tell("Changes a transaction, at that rate", "%.0f", median(durable.batch))
	t.tell("Changes of a thousand that conflicted", "%.1f", median(durable.refused))
	t.tell("CPU s per 1,000 texts, durable server and its phones", "%.3f", median(durable.cpu))
	t.tell("CPU s per 1,000 texts, server with its store off", "%.3f", median(off.cpu))
	t.tell("CPU s per 1,000 texts, phones and simulated carrier alone", "%.3f", alone.cpuPerThousand())
	t.tell("CPU s per 1,000 texts, handler", "%.3f", median(durable.handler))
	t.tell("texts a second, phones and simulated carrier alone", "%.0f", alone.rate())
}

// latency adds the latencies, and that of the disk, which explains the slowest.
func (t *table) latency(disk waits, all []waits) {
	slowest := max(15, 3*median(disk.p99))
	t.tell("fsync of 4 kB on this disk, p50 and p99", "%.1f ms, %.1f ms", median(disk.p50), median(disk.p99))
	for _, w := range all {
		at := fmt.Sprintf("phone to phone at %.0f a second, ", w.pace)
		if w.pace == paces[len(paces)-1] {
			t.judge(at+"p50", "%.1f ms", median(w.p50), atMost(4, 2.5))
			t.judge(at+"p99", "%.1f ms", median(w.p99), atMost(slowest, 8))
		} else {
			t.tell(at+"p50", "%.1f ms", median(w.p50))
			t.tell(at+"p99", "%.1f ms", median(w.p99))
		}
		t.tell(at+"p90", "%.1f ms", median(w.p90))
		t.tell(at+"answered, unanswered", "%d, %d", w.texts, w.missing)
		t.tell(at+"p99 of the phones' own delay", "%.1f ms", median(w.behind))
	}
}

// misbehaving adds the latencies beside handlers that misbehave, and without them.
func (t *table) misbehaving(quiet, beside waits, hostile int) {
	t.judge("p99 at 200 a second, beside handlers that misbehave ÷ undisturbed", "%.2f", ratio(beside.p99, quiet.p99), atMost(2, 1.5))
	t.tell("p50 at 200 a second, undisturbed and beside them", "%.1f ms, %.1f ms", median(quiet.p50), median(beside.p50))
	t.tell("p99 at 200 a second, undisturbed and beside them", "%.1f ms, %.1f ms", median(quiet.p99), median(beside.p99))
	t.tell("answered, unanswered", "%d, %d", quiet.texts+beside.texts, quiet.missing+beside.missing)
	t.tell("texts to the handlers that misbehave", "%d", hostile)
}

// crowd adds the cost of waiting for many handlers at once.
func (t *table) crowd(got outcome) {
	ideal := crowd / handlerDelay.Seconds()
	t.judge("10,000 handlers of 2 s in flight, resident memory", "%.0f MB", float64(got.Peak)/(1<<20), atMost(500, 300))
	t.judge("10,000 handlers of 2 s in flight, rate ÷ 5,000/s", "%.2f", got.rate()/ideal, atLeast(0.9, 0.9))
}

// rows adds the effect of many stored messages.
func (t *table) rows(filled outcome, sides [2]side, reads [2][]timing) {
	stored := filled.Texts * 2
	t.judge(fmt.Sprintf("texts answered, %s messages stored ÷ none", thousands(stored)), "%.2f",
		ratio(sides[1].rates, sides[0].rates), atLeast(0.8, 0.95))
	t.tell("texts answered a second, empty store", "%.0f", median(sides[0].rates))
	t.tell(fmt.Sprintf("texts answered a second, %s stored", thousands(stored)), "%.0f", median(sides[1].rates))
	t.tell("bytes of the store's file for a message", "%.0f", float64(filled.Bytes)/float64(stored))
	t.tell("messages a second while it was filled", "%.0f", float64(stored)/filled.Took.Seconds())
	for i, few := range reads[0] {
		t.tell(few.Name+", nearly empty and full", "%v, %v", few.Median.Round(time.Microsecond), reads[1][i].Median.Round(time.Microsecond))
	}
}

// pages adds the time of the console's lists, with few and with many rows.
func (t *table) pages(pages [2][]timing) {
	var few, many time.Duration
	for i, one := range pages[0] {
		few, many = few+one.Median, many+pages[1][i].Median
		t.tell(one.Name+" in the console, nearly empty and full", "%v, %v", one.Median.Round(10*time.Microsecond), pages[1][i].Median.Round(10*time.Microsecond))
	}
	t.judge("all of them, full ÷ nearly empty", "%.2f", many.Seconds()/few.Seconds(), atMost(1.5, 1.2))
}

// start adds the start time, idle memory and binary size.
func (t *table) start(ready, idle, size float64) {
	t.judge("start to ready, a new store", "%.0f ms", ready, atMost(300, 150))
	t.judge("idle memory", "%.0f MB", idle, atMost(60, 30))
	t.judge("the binary, stripped", "%.0f MB", size, atMost(40, 20))
}

// thousands formats a number with thousands separators.
func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}
