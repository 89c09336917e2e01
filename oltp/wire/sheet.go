package wire

// ImportReport answers the import of a spreadsheet.
type ImportReport struct {
	// DryRun says that nothing was changed: the report is what the import would have done.
	DryRun bool `json:"dry_run"`
	// Format is csv or xlsx; Encoding is that of a CSV file.
	Format   string `json:"format"`
	Encoding string `json:"encoding,omitempty"`
	// Rows counts the rows of the file, the others those with each outcome.
	Rows      int `json:"rows"`
	Created   int `json:"created"`
	Updated   int `json:"updated"`
	Unchanged int `json:"unchanged"`
	Refused   int `json:"refused"`
	// Report has one entry for each row, in the order of the file.
	Report []ImportRow `json:"report"`
}

// ImportRow is what became of one row of a spreadsheet.
type ImportRow struct {
	// Line is the line of the file, or the row of the sheet, from 1.
	Line int    `json:"line"`
	Code string `json:"code,omitempty"`
	// Outcome is created, updated, unchanged or refused.
	Outcome string `json:"outcome"`
	// Field, Value and Reason say why a row was refused.
	Field  string `json:"field,omitempty"`
	Value  string `json:"value,omitempty"`
	Reason string `json:"reason,omitempty"`
	// More are further reasons.
	More []ImportFault `json:"more,omitempty"`
}

// ImportFault is one cell of a row that is wrong.
type ImportFault struct {
	Field  string `json:"field"`
	Value  string `json:"value,omitempty"`
	Reason string `json:"reason"`
}
