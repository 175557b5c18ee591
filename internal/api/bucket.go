package api

import (
	"math"
	"time"
)

const (
	// margin is the part of a measured rate that a client uses from then on.
	margin = 0.97
	// steepness controls how slowly the rate rises: the k-th token in a row that a
	// caller had to wait for raises the rate by 1/steepness · k.
	steepness = 2000
	// convincing is the number of accepted calls from which a measured rate may
	// halve the rate at once. A smaller sample may be bad luck, for example if a
	// limit is shared with other clients.
	convincing = 8
	// instant is the shortest duration that a measurement can distinguish from
	// zero.
	instant = 10 * time.Millisecond
)

// bucket is a token bucket. It learns its rate and size from the number of calls
// that a server accepts between two refusals. It has no clock and no lock.
type bucket struct {
	ceiling float64   // tokens per second at most, +Inf = any number
	rate    float64   // tokens per second now
	size    int       // tokens that idle time saves up
	due     time.Time // when the next token is there
	row     int       // tokens in a row that were waited for
	known   float64   // what was measured last
	learned int       // how often something like that was
}

// newBucket returns a bucket with a ceiling in tokens per second, 0 = none.
func newBucket(perSecond float64) bucket {
	if perSecond <= 0 {
		perSecond = math.Inf(1)
	}
	return bucket{ceiling: perSecond, rate: perSecond, size: 1}
}

// apart is the time from one token to the next.
func (b *bucket) apart() time.Duration {
	return time.Duration(float64(time.Second) / b.rate)
}

// take takes a token, or returns the time until the next one. A caller that had to
// wait is counted as having taken it when it was due, however late its timer was.
func (b *bucket) take(now time.Time, waited bool) time.Duration {
	if d := b.due.Sub(now); d > 0 {
		return d
	}
	apart := b.apart()
	if waited {
		b.row++
		b.rate = min(b.rate*(1+float64(b.row)/steepness), b.ceiling)
	} else if saved := now.Add(-apart * time.Duration(b.size-1)); b.due.Before(saved) {
		b.due = saved
	}
	b.due = b.due.Add(apart)
	return 0
}

// learn lowers the rate after a refusal. The server took so many calls in a
// cycle, which lasts from when it was ready for a call to when it was so again:
// at the longest until it took one, at the shortest until it last refused one.
// As the first cycle is about what the server had in store, the second counts
// in full, too. A rate that has risen far beyond what was known is a new one.
func (b *bucket) learn(taken int, shortest, longest time.Duration) {
	if b.rate > 4*b.known {
		b.learned = 0
	}
	taken = max(taken, 1)
	found := float64(taken) / math.Sqrt(max(shortest, instant).Seconds()*max(longest, instant).Seconds())
	if b.learned++; b.learned > 2 {
		found = max(found, b.rate/(1+float64(taken)/convincing))
	}
	b.rate = margin * min(b.rate, found)
	b.known, b.size, b.row = b.rate, taken, 0
}
