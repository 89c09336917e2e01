-- What the visitors of each arm of an experiment did. A visitor is whoever was drawn: the member, else the
-- session. One who stands in two arms, as a forged or borrowed answer makes it, is counted apart and nowhere
-- else. An order counts for a member if it was paid within the window after the member was first shown
-- something; what was brought back of it is taken off whenever that was.
SELECT
    toInt64(if(arms = 1, arm.1, 0)) AS variant,
    toInt64(if(arms = 1, arm.2, 0)) AS held_out,
    toInt64(arms > 1) AS crossed,
    toInt64(count()) AS visitors,
    toInt64(sum(shown)) AS impressions,
    toInt64(sum(clicked)) AS clicks,
    toFloat64(varSampStable(shown)) AS shown_variance,
    toFloat64(varSampStable(clicked)) AS clicked_variance,
    toFloat64(covarSampStable(clicked, shown)) AS covariance,
    toInt64(countIf(member > 0)) AS members,
    toInt64(countIf(member > 0 AND bought > 0)) AS buyers,
    toInt64(sumIf(paid, member > 0)) AS revenue_fen,
    toFloat64(varSampStableIf(paid, member > 0)) AS revenue_variance
FROM (
    SELECT
        seen.arm AS arm,
        seen.arms AS arms,
        seen.member AS member,
        toFloat64(seen.shown) AS shown,
        toFloat64(seen.clicked) AS clicked,
        arrayFilter(o -> o.1 >= seen.since AND o.1 < seen.since + toIntervalSecond({window_s:Int64}),
            sold.orders) AS counted,
        length(counted) AS bought,
        arraySum(o -> o.2, counted) AS paid
    FROM (
        SELECT
            if(by_member, member_id, 0) AS member,
            if(by_member, 0, session_id) AS session,
            any((variant, held_out)) AS arm,
            uniqExact((variant, held_out)) AS arms,
            minIf(at, kind = 67) AS since,
            countIf(kind = 67) AS shown,
            countIf(kind = 68) AS clicked
        FROM fact_behaviour
        WHERE ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
            AND experiment_id = {experiment:Int32} AND kind IN (67, 68)
            AND day >= {first_day:Date} AND day <= {last_day:Date}
            AND if(by_member, member_id > 0, session_id > 0)
        GROUP BY member, session
        HAVING shown > 0
    ) AS seen
    LEFT JOIN (
        SELECT buyer, groupArray((paid_at, net)) AS orders
        FROM (
            SELECT
                member_id AS buyer,
                order_id,
                minIf(at, doc = 1) AS paid_at,
                countIf(doc = 1) AS lines,
                sum(if(doc = 1, net_fen, -net_fen)) AS net
            FROM fact_order_line
            WHERE ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
                AND member_id > 0 AND day >= {first_day:Date}
            GROUP BY buyer, order_id
            HAVING lines > 0
        )
        GROUP BY buyer
    ) AS sold ON sold.buyer = seen.member
)
GROUP BY variant, held_out, crossed
ORDER BY crossed, held_out, variant
