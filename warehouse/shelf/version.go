package shelf

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
)

// Quality is what lists of ten reached: each figure as models/judge has it.
type Quality struct {
	Recall  float64 `json:"recall"`
	NDCG    float64 `json:"ndcg"`
	HitRate float64 `json:"hit_rate"`
	MRR     float64 `json:"mrr"`
}

// Version is one training of one model and what it was worth.
type Version struct {
	Key
	Published bool
	// Note says why it was not published, or what a limit left out.
	Note string
	// Protocol says how it was judged; figures of one protocol can be compared.
	Protocol string
	Judged   int64
	Quality  Quality
	// Popular is what popularity reached on the same questions.
	Popular Quality
	// Coverage is a share of the goods, Diversity 1 − a share of pairs, Novelty bits, Calibration nats.
	Coverage, Diversity, Novelty, Calibration float64
	Members, Items, Baskets, Sessions         int64
	FirstDay, LastDay                         retail.Day
	HeldFrom, MadeAt                          time.Time
	Fit                                       time.Duration
}

// PutVersion writes the row that ends a training; from then on a published one counts.
func (s *Shelf) PutVersion(ctx context.Context, v Version) error {
	one := func(x float64) []float64 { return []float64{x} }
	count := func(x int64) []int64 { return []int64{x} }
	return s.put(ctx, v.Key, "model_version", v.Key.token("version"), 1, []column{
		{"published", []bool{v.Published}}, {"note", []string{v.Note}}, {"protocol", []string{v.Protocol}},
		{"judged", count(v.Judged)}, {"recall", one(v.Quality.Recall)}, {"ndcg", one(v.Quality.NDCG)},
		{"hit_rate", one(v.Quality.HitRate)}, {"mrr", one(v.Quality.MRR)}, {"coverage", one(v.Coverage)},
		{"diversity", one(v.Diversity)}, {"novelty", one(v.Novelty)}, {"calibration", one(v.Calibration)},
		{"popular_recall", one(v.Popular.Recall)}, {"popular_ndcg", one(v.Popular.NDCG)},
		{"popular_hit_rate", one(v.Popular.HitRate)}, {"popular_mrr", one(v.Popular.MRR)},
		{"members", count(v.Members)}, {"items", count(v.Items)}, {"baskets", count(v.Baskets)},
		{"sessions", count(v.Sessions)}, {"first_day", days{int32(v.FirstDay)}},
		{"last_day", days{int32(v.LastDay)}}, {"held_from", micros{v.HeldFrom.UnixMicro()}},
		{"fit_ms", count(v.Fit.Milliseconds())}, {"made_at", micros{v.MadeAt.UnixMicro()}}})
}

// Versions returns the newest trainings of a model, at most so many; counting leaves out those that were not
// published.
func (s *Shelf) Versions(ctx context.Context, model string, counting bool, most int) (all []Version,
	err error) {
	rows, err := s.db.Query(ctx, statement("versions"), clickhouse.Params{"model": clickhouse.Text(model),
		"counting": strconv.FormatBool(counting), "most": strconv.Itoa(most)})
	if err != nil {
		return nil, fmt.Errorf("cannot read the versions of model %s: %w", model, err)
	}
	defer rows.Close()
	for rows.Next() {
		v := Version{Key: Key{Model: model}}
		var first, last int32
		var held, fit, made int64
		q, p := &v.Quality, &v.Popular
		err := rows.Scan(&v.Version, &v.Published, &v.Note, &v.Protocol, &v.Judged, &q.Recall, &q.NDCG,
			&q.HitRate, &q.MRR, &v.Coverage, &v.Diversity, &v.Novelty, &v.Calibration, &p.Recall, &p.NDCG,
			&p.HitRate, &p.MRR, &v.Members, &v.Items, &v.Baskets, &v.Sessions, &first, &last, &held, &fit,
			&made)
		if err != nil {
			return nil, fmt.Errorf("cannot read a version of model %s: %w", model, err)
		}
		v.FirstDay, v.LastDay = retail.Day(first), retail.Day(last)
		v.HeldFrom, v.MadeAt = time.UnixMicro(held).UTC(), time.UnixMicro(made).UTC()
		v.Fit = time.Duration(fit) * time.Millisecond
		all = append(all, v)
	}
	return all, rows.Err()
}

// Current returns the version of a model that counts; ok is false where none was published.
func (s *Shelf) Current(ctx context.Context, model string) (v Version, ok bool, err error) {
	all, err := s.Versions(ctx, model, true, 1)
	if err != nil || len(all) == 0 {
		return v, false, err
	}
	return all[0], true, nil
}

// tables hold the parts of models.
func tables() []string {
	return []string{"model_blob", "model_neighbour", "model_rule", "model_member_top", "model_popular",
		"push_list"}
}

// Prune lets go of what the tables hold of a model beyond the newest keep published versions, and of
// trainings before those that never ended. The figures of all versions stay. It returns how many went.
func (s *Shelf) Prune(ctx context.Context, model string, keep int) (gone int, err error) {
	kept, err := s.Versions(ctx, model, true, max(1, keep))
	if err != nil || len(kept) == 0 {
		return 0, err
	}
	stays := map[int64]bool{}
	for _, v := range kept {
		stays[v.Version] = true
	}
	held, err := s.held(ctx)
	for _, k := range held {
		// A newer one may be being written right now.
		if k.Model != model || stays[k.Version] || k.Version > kept[0].Version {
			continue
		}
		if err = errors.Join(err, s.drop(ctx, k)); err == nil {
			gone++
		}
	}
	return gone, err
}

// PruneBefore lets go of what the tables hold of the versions of a model before one, published or not. It
// returns how many went.
func (s *Shelf) PruneBefore(ctx context.Context, model string, version int64) (gone int, err error) {
	held, err := s.held(ctx)
	for _, k := range held {
		if k.Model != model || k.Version >= version {
			continue
		}
		if err = errors.Join(err, s.drop(ctx, k)); err == nil {
			gone++
		}
	}
	return gone, err
}

func (s *Shelf) held(ctx context.Context) (all []Key, err error) {
	rows, err := s.db.Query(ctx, statement("held"), nil)
	if err != nil {
		return nil, fmt.Errorf("cannot read which versions are kept: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var k Key
		if err := rows.Scan(&k.Model, &k.Version); err != nil {
			return nil, fmt.Errorf("cannot read which versions are kept: %w", err)
		}
		all = append(all, k)
	}
	return all, rows.Err()
}

func (s *Shelf) drop(ctx context.Context, k Key) error {
	for _, table := range tables() {
		err := s.db.Exec(ctx, fmt.Sprintf("ALTER TABLE %s DROP PARTITION ('%s', %d)", table,
			k.Model, k.Version), nil)
		if err != nil {
			return fmt.Errorf("cannot let go of model %s, version %d: %w", k.Model, k.Version, err)
		}
	}
	return nil
}
