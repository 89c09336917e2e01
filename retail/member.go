package retail

// Member is a customer known to the chain. Personal data (phone, name, address) is not part of it and
// never leaves the transactional store.
type Member struct {
	ID MemberID
	// Code is the chain's own member number.
	Code string
	// Origin is the store that won the member, 0 if unknown.
	Origin StoreID
	// Personalized is false for a member who opted out of personal recommendations.
	Personalized bool
	Simulated    bool
	Version      int64
}
