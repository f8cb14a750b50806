package handset

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
)

// fetched downloads the attachments of a phone, in order. Their total size is limited to 5 MB.
func (n *Network) fetched(ctx context.Context, urls []string) ([]carrier.Media, error) {
	if len(urls) > repli.MaxMedia {
		return nil, repli.Errorf(21623, "A text has at most %d media_urls, not %d", repli.MaxMedia, len(urls))
	}
	var media []carrier.Media
	left := int64(repli.MaxMediaBytes)
	for i, raw := range urls {
		name := fmt.Sprintf("media_urls[%d]", i)
		item, err := n.fetch(ctx, name, raw, left)
		if err != nil {
			return nil, err
		}
		if left -= int64(len(item.Data)); left < 0 {
			return nil, repli.Errorf(11751, "%s: the media of a text may have %d bytes in all", name, repli.MaxMediaBytes)
		}
		media = append(media, item)
	}
	return media, nil
}

// limited returns an error if the media of a text exceed a limit together.
func limited(media []carrier.Media) error {
	if len(media) > repli.MaxMedia {
		return repli.Errorf(21623, "A text has at most %d items of media, not %d", repli.MaxMedia, len(media))
	}
	size := 0
	for _, m := range media {
		if !repli.MayAttach(m.ContentType) {
			return repli.Errorf(12301, "A phone cannot attach %.64q", m.ContentType)
		}
		size += len(m.Data)
	}
	if size > repli.MaxMediaBytes {
		return repli.Errorf(11751, "The media of a text may have %d bytes in all", repli.MaxMediaBytes)
	}
	return nil
}

// fetch downloads one item of at most limit bytes. Its errors begin with name.
func (n *Network) fetch(ctx context.Context, name, raw string, limit int64) (carrier.Media, error) {
	kind, data, err := n.read(ctx, raw, limit)
	var known *repli.Error
	switch {
	case errors.As(err, &known):
		return carrier.Media{}, &repli.Error{Code: known.Code, Detail: name + ": " + known.Sentence(), Err: known.Err}
	case err != nil:
		return carrier.Media{}, err
	case !repli.MayAttach(kind):
		return carrier.Media{}, repli.Errorf(12301, "%s: a phone cannot attach %.64q", name, kind)
	}
	return carrier.Media{ContentType: kind, Data: data}, nil
}

// read returns the content of a URL, which may be a data: URL.
func (n *Network) read(ctx context.Context, raw string, limit int64) (kind string, data []byte, err error) {
	if rest, ok := strings.CutPrefix(raw, "data:"); ok {
		return readDataURL(rest)
	}
	if reason := repli.BadURL(raw); reason != "" {
		return "", nil, repli.Errorf(21620, "%.128q %s", raw, reason)
	}
	return n.Fetch(ctx, raw, limit)
}

// readDataURL decodes the part of a URL after "data:".
//
// RFC 2397 §2
func readDataURL(rest string) (kind string, data []byte, err error) {
	head, payload, ok := strings.Cut(rest, ",")
	if !ok {
		return "", nil, repli.Errorf(21620, "a data: URL needs a comma before its data")
	}
	plain, err := url.PathUnescape(payload)
	if err != nil {
		return "", nil, repli.Errorf(21620, "the data: URL is not well-formed")
	}
	kind, encoded := strings.CutSuffix(head, ";base64")
	if !encoded {
		return kind, []byte(plain), nil
	}
	data, err = base64.StdEncoding.DecodeString(plain)
	if err != nil {
		return "", nil, repli.Errorf(21620, "the data: URL is not well-formed base64")
	}
	return kind, data, nil
}
