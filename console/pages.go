package console

// pages returns one of each page, empty. Their templates are read and checked.
func pages() []page {
	return []page{
		failurePage{},
		signInPage{},
		numbersPage{},
		numberPage{},
		binsPage{},
		messagesPage{},
		messagePage{},
		phonePage{},
		binPage{},
		overviewPage{},
		debuggerPage{},
		alertPage{},
		carriersPage{},
		settingsPage{},
		drillsPage{},
		drillPage{},
		attemptsPage{},
	}
}
