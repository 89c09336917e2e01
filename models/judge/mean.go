package judge

// Mean averages Quality over users. The zero value is empty and ready at k = 10.
type Mean struct {
	// K is how many places of each list count. Default 10.
	K       int
	sum     Quality
	users   int
	without int
}

// Add takes one user's ranked list and truth (ascending, distinct).
func (m *Mean) Add(list, truth []int32) {
	q, ok := Of(list, truth, m.k())
	if !ok {
		m.without++
		return
	}
	m.sum.plus(&q, 1)
	m.users++
}

// Merge adds what another Mean of the same K has seen.
func (m *Mean) Merge(o *Mean) {
	m.sum.plus(&o.sum, 1)
	m.users, m.without = m.users+o.users, m.without+o.without
}

// Quality is the average over the users that have a truth, all 0 where there are none.
func (m *Mean) Quality() (q Quality) {
	if m.users > 0 {
		q.plus(&m.sum, 1/float64(m.users))
	}
	return q
}

// Users is how many users were judged.
func (m *Mean) Users() int { return m.users }

// WithoutTruth is how many users were left out because nothing is known to be true.
func (m *Mean) WithoutTruth() int { return m.without }

func (m *Mean) k() int {
	if m.K == 0 {
		return 10
	}
	return m.K
}

// Average is the mean of values of which some do not exist. The zero value is empty and ready.
type Average struct {
	sum         float64
	count, left int
}

// Add takes a value; ok false leaves it out. It fits the results of Diversity, Novelty and Calibration.
func (a *Average) Add(value float64, ok bool) {
	if !ok {
		a.left++
		return
	}
	a.sum += value
	a.count++
}

// Merge adds what another Average has seen.
func (a *Average) Merge(o *Average) {
	a.sum, a.count, a.left = a.sum+o.sum, a.count+o.count, a.left+o.left
}

// Value is the mean, 0 where there was no value.
func (a *Average) Value() float64 {
	if a.count == 0 {
		return 0
	}
	return a.sum / float64(a.count)
}

// Len is how many values there were.
func (a *Average) Len() int { return a.count }

// LeftOut is how many times there was none.
func (a *Average) LeftOut() int { return a.left }
