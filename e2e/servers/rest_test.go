package servers

func pythons() []software { return nil }
func rubies() []software  { return nil }
func javas() []software   { return nil }
func nodes() []software   { return nil }
