CREATE TABLE IF NOT EXISTS model_version
(
    model               String COMMENT 'popularity, rules, neighbours, nextbasket, factors, session, cold',
    version             Int64 COMMENT 'of the training, in microseconds since 1970; newer ones are larger',
    published           Bool COMMENT 'false where a training was worse than the one before it',
    note                String COMMENT 'why it was not published, or what a limit left out',
    protocol            String COMMENT 'how it was judged; figures of one protocol can be compared',
    judged              Int64 COMMENT 'lists that were judged',
    recall              Float64 COMMENT 'hits / truth, within the first ten as all that follow',
    ndcg                Float64,
    hit_rate            Float64 COMMENT 'share of lists with a hit',
    mrr                 Float64,
    coverage            Float64 COMMENT 'share of the goods that stood in a list',
    diversity           Float64 COMMENT '1 - share of pairs of one category',
    novelty             Float64 COMMENT 'bits',
    calibration         Float64 COMMENT 'nats between the categories of list and past; 0 is perfect',
    popular_recall      Float64 COMMENT 'what popularity reached on the same questions',
    popular_ndcg        Float64,
    popular_hit_rate    Float64,
    popular_mrr         Float64,
    members             Int64,
    items               Int64,
    baskets             Int64,
    sessions            Int64,
    first_day           Date COMMENT 'of what was learnt from',
    last_day            Date,
    held_from           DateTime64(6, 'UTC') COMMENT 'what came later was held out for the judgement',
    fit_ms              Int64,
    made_at             DateTime64(6, 'UTC') COMMENT 'when written'
)
ENGINE = MergeTree
ORDER BY (model, version)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Every training of every model with its figures; a row is written last and makes it count'
