package postgres

import (
	"context"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// shown is a style or a SKU that media show.
type shown struct {
	id int64
	// lock, show and packet are what a change of it takes.
	lock, show string
	packet     func(context.Context, pgx.Tx, []int64) ([]byte, error)
	style      bool
}

// ids are its number as a style and as a SKU; one of them is NULL.
func (s *shown) ids() (style, product *int64) {
	if s.style {
		return &s.id, nil
	}
	return nil, &s.id
}

func (c *Catalogue) shown(ctx context.Context, tx pgx.Tx, of catalogue.Subject) (*shown, error) {
	s := &shown{lock: "lock_product", show: "show_product", packet: c.productPacket}
	if of.Style {
		s = &shown{lock: "lock_style", show: "show_style", packet: c.stylePacket, style: true}
	}
	err := tx.QueryRow(ctx, c.db.query(s.lock), of.Code).Scan(&s.id)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, catalogue.ErrUnknown
	}
	return s, err
}

// PutMedia implements catalogue.Gallery.
func (c *Catalogue) PutMedia(ctx context.Context, of catalogue.Subject, media []retail.Media) error {
	err := pgx.BeginFunc(ctx, c.db.pool, func(tx pgx.Tx) error {
		if err := c.db.actFor(ctx, tx); err != nil {
			return err
		}
		s, err := c.shown(ctx, tx, of)
		if err != nil {
			return err
		}
		style, product := s.ids()
		before, err := readMedia(tx.Query(ctx, c.db.query("media"), style, product))
		if err != nil || slices.Equal(before, media) {
			return err
		}
		if _, err := tx.Exec(ctx, c.db.query("delete_media"), style, product); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, c.db.query("insert_media"), mediaArgs(style, product, media)...)
		if err == nil {
			_, err = tx.Exec(ctx, c.db.query(s.show), s.id, cover(media))
		}
		if err == nil {
			err = c.tell(ctx, tx, s)
		}
		return err
	})
	return undecidedKept("put media", err)
}

// undecidedKept explains an error, unless it is one of the catalogue's own.
func undecidedKept(doing string, err error) error {
	var bad *catalogue.Invalid
	for _, own := range []error{catalogue.ErrUnknown, catalogue.ErrReviewed, catalogue.ErrKeyReused} {
		if errors.Is(err, own) {
			return err
		}
	}
	if errors.As(err, &bad) {
		return err
	}
	return explainCatalogue(doing, err)
}

// tell emits the change of what media show.
func (c *Catalogue) tell(ctx context.Context, tx pgx.Tx, s *shown) error {
	packet, err := s.packet(ctx, tx, []int64{s.id})
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, c.db.query("emit"), event.PacketPrefix, packet); err != nil || s.style {
		return err
	}
	return notify(ctx, c.db, tx, catalogue.Change{Kind: "products", IDs: []int64{s.id}})
}

func mediaArgs(style, product *int64, media []retail.Media) []any {
	rows := make([]*retail.Media, len(media))
	for i := range media {
		rows[i] = &media[i]
	}
	return []any{style, product,
		column(rows, func(m *retail.Media) int16 { return int16(m.Kind) }),
		column(rows, func(m *retail.Media) string { return m.URL }),
		column(rows, func(m *retail.Media) string { return m.SHA256 }),
		column(rows, func(m *retail.Media) int32 { return m.Width }),
		column(rows, func(m *retail.Media) int32 { return m.Height }),
		column(rows, func(m *retail.Media) string { return m.Alt }),
		column(rows, func(m *retail.Media) string { return m.AltEN })}
}

// cover is the first picture.
func cover(media []retail.Media) string {
	for _, m := range media {
		if m.Kind == retail.Picture {
			return m.URL
		}
	}
	return ""
}

// Media implements catalogue.Gallery.
func (c *Catalogue) Media(ctx context.Context, of catalogue.Subject) (media []retail.Media, err error) {
	err = pgx.BeginFunc(ctx, c.db.pool, func(tx pgx.Tx) error {
		if err := c.db.actFor(ctx, tx); err != nil {
			return err
		}
		s, err := c.shown(ctx, tx, of)
		if err != nil {
			return err
		}
		style, product := s.ids()
		media, err = readMedia(tx.Query(ctx, c.db.query("media"), style, product))
		return err
	})
	return media, undecidedKept("list media", err)
}

func readMedia(rows pgx.Rows, err error) ([]retail.Media, error) {
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (m retail.Media, err error) {
		return m, row.Scan(&m.Kind, &m.URL, &m.SHA256, &m.Width, &m.Height, &m.Alt, &m.AltEN)
	})
}
