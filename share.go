package repli

// share is the maximum ratio of the places one holder has to the places still free.
const share = 16

// MayTake reports whether a holder of held places may take another of the free ones. It keeps any
// holder from using up common places: a single one gets at most 16 of 17, two get at most 16 of 33
// each, and a place always remains for the next.
func MayTake(held, free int) bool { return free > 0 && held < share*free }
