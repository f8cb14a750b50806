package store

import "sync"

// cacheLimit is how many things of one kind a cache keeps at most.
const cacheLimit = 10_000

// A cache keeps configuration that is read for every text. It is emptied whenever
// configuration is written; what was being read meanwhile is not kept, because nobody knows
// whether it is the old or the new. What it returns is shared: nobody may change it.
type cache[K comparable, V any] struct {
	mu     sync.RWMutex
	kept   map[K]V
	writes int // so far
}

// read returns what is kept for k, or what load returns, which is then kept.
func (c *cache[K, V]) read(k K, load func() (V, error)) (V, error) {
	c.mu.RLock()
	v, ok := c.kept[k]
	writes := c.writes
	c.mu.RUnlock()
	if ok {
		return v, nil
	}
	v, err := load()
	if err != nil {
		return v, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.writes != writes {
		return v, nil
	}
	if c.kept == nil || len(c.kept) >= cacheLimit {
		c.kept = map[K]V{}
	}
	c.kept[k] = v
	return v, nil
}

// forget empties the cache, because configuration has been written.
func (c *cache[K, V]) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kept = nil
	c.writes++
}
