package debugger

// An explanation says what a code means: keys of a sentence on the
// cause and of one on the repair.
type explanation struct{ Cause, Repair string }

// explain returns what an alert with this code means.
func explain(code int) explanation {
	if known, ok := explanations()[code]; ok {
		return known
	}
	return explanation{"debugger.cause_other", "debugger.repair_other"}
}

// explanations are those of every code that Repli keeps alerts of.
func explanations() map[int]explanation {
	return map[int]explanation{
		10001: {"debugger.cause_10001", "debugger.repair_10001"},
		11100: {"debugger.cause_11100", "debugger.repair_11100"},
		11200: {"debugger.cause_11200", "debugger.repair_11200"},
		11201: {"debugger.cause_11201", "debugger.repair_11201"},
		11202: {"debugger.cause_11202", "debugger.repair_11202"},
		11203: {"debugger.cause_11203", "debugger.repair_11203"},
		11205: {"debugger.cause_11205", "debugger.repair_11205"},
		11206: {"debugger.cause_11206", "debugger.repair_11206"},
		11210: {"debugger.cause_11210", "debugger.repair_11210"},
		11215: {"debugger.cause_11215", "debugger.repair_11215"},
		11216: {"debugger.cause_11216", "debugger.repair_11216"},
		11217: {"debugger.cause_11217", "debugger.repair_11217"},
		11220: {"debugger.cause_11220", "debugger.repair_11220"},
		11235: {"debugger.cause_11235", "debugger.repair_11235"},
		11236: {"debugger.cause_11236", "debugger.repair_11236"},
		11237: {"debugger.cause_11237", "debugger.repair_11237"},
		11240: {"debugger.cause_11240", "debugger.repair_11240"},
		11241: {"debugger.cause_11241", "debugger.repair_11241"},
		11243: {"debugger.cause_11243", "debugger.repair_11243"},
		11322: {"debugger.cause_11322", "debugger.repair_11322"},
		11750: {"debugger.cause_11750", "debugger.repair_11750"},
		11751: {"debugger.cause_11751", "debugger.repair_11751"},
		11770: {"debugger.cause_11770", "debugger.repair_11770"},
		12100: {"debugger.cause_12100", "debugger.repair_12100"},
		12101: {"debugger.cause_12101", "debugger.repair_12101"},
		12102: {"debugger.cause_12102", "debugger.repair_12102"},
		12200: {"debugger.cause_12200", "debugger.repair_12200"},
		12300: {"debugger.cause_12300", "debugger.repair_12300"},
		14101: {"debugger.cause_14101", "debugger.repair_14101"},
		14102: {"debugger.cause_14102", "debugger.repair_14102"},
		14103: {"debugger.cause_14103", "debugger.repair_14103"},
		14104: {"debugger.cause_14104", "debugger.repair_14104"},
		14105: {"debugger.cause_14105", "debugger.repair_14105"},
		14106: {"debugger.cause_14106", "debugger.repair_14106"},
		14107: {"debugger.cause_14107", "debugger.repair_14107"},
		14109: {"debugger.cause_14109", "debugger.repair_14109"},
		20404: {"debugger.cause_20404", "debugger.repair_20404"},
		20480: {"debugger.cause_20480", "debugger.repair_20480"},
		20481: {"debugger.cause_20481", "debugger.repair_20481"},
		20482: {"debugger.cause_20482", "debugger.repair_20482"},
		21610: {"debugger.cause_21610", "debugger.repair_21610"},
		21659: {"debugger.cause_21659", "debugger.repair_21659"},
		21660: {"debugger.cause_21660", "debugger.repair_21660"},
		21701: {"debugger.cause_21701", "debugger.repair_21701"},
		21703: {"debugger.cause_21703", "debugger.repair_21703"},
		21704: {"debugger.cause_21704", "debugger.repair_21704"},
		30002: {"debugger.cause_30002", "debugger.repair_30002"},
		30003: {"debugger.cause_30003", "debugger.repair_30003"},
		30004: {"debugger.cause_30004", "debugger.repair_30004"},
		30005: {"debugger.cause_30005", "debugger.repair_30005"},
		30006: {"debugger.cause_30006", "debugger.repair_30006"},
		30007: {"debugger.cause_30007", "debugger.repair_30007"},
		30008: {"debugger.cause_30008", "debugger.repair_30008"},
		30017: {"debugger.cause_30017", "debugger.repair_30017"},
		30036: {"debugger.cause_30036", "debugger.repair_30036"},
		30410: {"debugger.cause_30410", "debugger.repair_30410"},
		30453: {"debugger.cause_30453", "debugger.repair_30453"},
	}
}
