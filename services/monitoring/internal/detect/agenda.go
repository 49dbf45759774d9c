package detect

// An agenda gives back items by instant, earliest first. Items of the same
// instant come in no particular order: nothing may depend on it.
type agenda[T any] struct {
	list []entry[T]
}

type entry[T any] struct {
	at   int64
	item T
}

// first is the earliest instant, never if there is none.
func (a *agenda[T]) first() int64 {
	if len(a.list) == 0 {
		return never
	}
	return a.list[0].at
}

func (a *agenda[T]) push(at int64, item T) {
	a.list = append(a.list, entry[T]{at, item})
	i := len(a.list) - 1
	for i > 0 {
		up := (i - 1) / 2
		if a.list[up].at <= a.list[i].at {
			return
		}
		a.list[up], a.list[i] = a.list[i], a.list[up]
		i = up
	}
}

func (a *agenda[T]) pop() T {
	n := len(a.list) - 1
	top := a.list[0].item
	a.list[0] = a.list[n]
	a.list[n] = entry[T]{}
	a.list = a.list[:n]
	for i := 0; ; {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < n; child++ {
			if a.list[child].at < a.list[least].at {
				least = child
			}
		}
		if least == i {
			return top
		}
		a.list[i], a.list[least] = a.list[least], a.list[i]
		i = least
	}
}
