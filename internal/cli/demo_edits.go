package cli

// demoEdit is one edit of the demo's file: texts that stand in it once, and
// what takes their place.
type demoEdit struct {
	about   string
	changes []replacement
}

type replacement struct{ old, new string }

var demoEdits = []demoEdit{
	{"a new group, Returns desk, and Mei in it", []replacement{
		{"agents:\n  - id: ben@acme.example\n", "  - name: Returns desk\n    language_code: en\nagents:\n  - id: ben@acme.example\n"},
		{"      - id: 3 # Sales\n        priority: normal\n      - id: 5 # Support\n        priority: last\n",
			"      - id: 3 # Sales\n        priority: normal\n      - id: 5 # Support\n        priority: last\n      - name: Returns desk\n        priority: normal\n"},
	}},
	{"Ben takes Friday mornings, and ten chats at once", []replacement{
		{"    max_chats_count: 8\n", "    max_chats_count: 10\n"},
		{"          enabled: false\n          start: \"08:00\"\n          end: \"14:00\"\n", "          enabled: true\n          start: \"08:00\"\n          end: \"12:00\"\n"},
	}},
	{"a new bot, Night watch", []replacement{
		{"\ntags:\n", "\n  - name: Night watch\n    job_title: Answers while the shop is closed\n    max_chats_count: 60\n    groups:\n      - id: 0\n        priority: last\n    owner_client_id: " + demoClient + "\ntags:\n"},
	}},
	{"the tag old-catalogue is gone", []replacement{
		{"  - name: old-catalogue\n    group_ids:\n      - 3 # Sales\n    author_id: \"\"\n    created_at: \"2017-06-01T08:00:00.000000+02:00\"\n", ""},
	}},
	{"checkout and basket come before the German shop", []replacement{
		{demoRuleGerman, ""},
		{"  - id: \"0b93d7e64c18fa25\"\n", demoRuleGerman + "  - id: \"0b93d7e64c18fa25\"\n"},
	}},
	{"the CRM has a new address", []replacement{
		{"https://hooks.acme.example/crm/incoming", "https://crm.acme.example/livechat/incoming"},
	}},
}

const demoRuleGerman = `  - id: 6d41f0a97be2853c
    description: German shop
    access:
      groups:
        - 8 # Kundendienst
    conditions:
      domain:
        values:
          - value: acme.example.de
            exact_match: true
`
