package store

import "sync"

// cacheLimit is the maximum number of entries in one cache.
const cacheLimit = 10_000

// A cache holds configuration that is read for every text. Every write of configuration empties
// it. A value that was being loaded during such a write is not cached, because it may be the old
// one. Cached values are shared and must not be changed.
type cache[K comparable, V any] struct {
	mu     sync.RWMutex
	kept   map[K]V
	writes int // writes of configuration so far
}

// read returns the cached value for k. If there is none, it calls load and caches the result.
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

// forget empties the cache. It is called after configuration has been written.
func (c *cache[K, V]) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.kept = nil
	c.writes++
}
