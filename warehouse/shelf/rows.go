package shelf

import "context"

// Neighbours are rows of model_neighbour, by column: as many as Place is long.
type Neighbours struct {
	SKU       []int64
	Place     []uint16
	Neighbour []int64
	// Kind is bought, visited or alike.
	Kind             []string
	Score            []float64
	Together         []int64
	Lift, Confidence []float64
}

// PutNeighbours writes a block; its number tells the blocks of a training apart.
func (s *Shelf) PutNeighbours(ctx context.Context, k Key, block int, r *Neighbours) error {
	return s.put(ctx, k, "model_neighbour", k.token("neighbour/", block), len(r.Place), []column{
		{"sku_id", r.SKU}, {"place", r.Place}, {"neighbour_id", r.Neighbour}, {"kind", r.Kind},
		{"score", r.Score}, {"together", r.Together}, {"lift", r.Lift}, {"confidence", r.Confidence}})
}

// Rules are rows of model_rule, by column.
type Rules struct {
	Place                               []uint32
	Left, Right                         [][]int64
	Both, Baskets                       []int64
	Support, Confidence, Lift, Leverage []float64
}

// PutRules writes a block.
func (s *Shelf) PutRules(ctx context.Context, k Key, block int, r *Rules) error {
	return s.put(ctx, k, "model_rule", k.token("rule/", block), len(r.Place), []column{
		{"place", r.Place}, {"left_ids", r.Left}, {"right_ids", r.Right}, {"both", r.Both},
		{"baskets", r.Baskets}, {"support", r.Support}, {"confidence", r.Confidence}, {"lift", r.Lift},
		{"leverage", r.Leverage}})
}

// Tops are rows of model_member_top, by column.
type Tops struct {
	Member []int64
	Place  []uint16
	Home   []int32
	SKU    []int64
	Score  []float64
	// Reason is habit, taste or popular.
	Reason []string
	Bought []int32
	// EveryDays is 0 where it is not known.
	EveryDays []float64
}

// PutTops writes a block.
func (s *Shelf) PutTops(ctx context.Context, k Key, block int, r *Tops) error {
	return s.put(ctx, k, "model_member_top", k.token("top/", block), len(r.Place), []column{
		{"member_id", r.Member}, {"place", r.Place}, {"home", r.Home}, {"sku_id", r.SKU},
		{"score", r.Score}, {"reason", r.Reason}, {"bought", r.Bought}, {"every_days", r.EveryDays}})
}

// Popular are rows of model_popular, by column.
type Popular struct {
	// Store is 0 for the whole chain.
	Store []int32
	Hour  []uint8
	Place []uint16
	SKU   []int64
	Share []float64
	Units []int64
}

// PutPopular writes a block.
func (s *Shelf) PutPopular(ctx context.Context, k Key, block int, r *Popular) error {
	return s.put(ctx, k, "model_popular", k.token("popular/", block), len(r.Place), []column{
		{"store", r.Store}, {"hour", r.Hour}, {"place", r.Place}, {"sku_id", r.SKU}, {"share", r.Share},
		{"units", r.Units}})
}

// Pushes are rows of push_list, by column.
type Pushes struct {
	Store  []int32
	Member []int64
	Place  []uint16
	SKU    []int64
	// PriceFen is what the store asks, ListFen what the catalogue asks.
	PriceFen, ListFen []int64
	Taste, Metres     []float64
	// Near is the store where the member was; NearBought says that the member bought there.
	Near       []int32
	NearBought []bool
}

// PutPushes writes a block.
func (s *Shelf) PutPushes(ctx context.Context, k Key, block int, r *Pushes) error {
	return s.put(ctx, k, "push_list", k.token("push/", block), len(r.Place), []column{
		{"store", r.Store}, {"member_id", r.Member}, {"place", r.Place}, {"sku_id", r.SKU},
		{"price", r.PriceFen}, {"list_price", r.ListFen}, {"taste", r.Taste}, {"metres", r.Metres},
		{"near_store", r.Near}, {"near_bought", r.NearBought}})
}
