package servers

func rubies() []software  { return nil }
func javas() []software   { return nil }
