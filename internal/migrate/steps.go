package migrate

import "strconv"

// steps are places in a document or in a snapshot, by number. Each is a member or
// an element of another one, because places share most of their path. 0 is the
// whole document.
type steps struct {
	all   []step
	names []string
	known map[string]int32 // where a name is in names
}

type step struct {
	from int32
	name int32 // where its name is in names; of an element -1 - its number
}

func (s *steps) named(name string) int32 {
	n, ok := s.known[name]
	if !ok {
		if s.known == nil {
			s.known = map[string]int32{}
		}
		n = int32(len(s.names))
		s.known[name], s.names = n, append(s.names, name)
	}
	return n
}

func (s *steps) member(from int32, name string) int32 { return s.add(step{from, s.named(name)}) }

func (s *steps) element(from int32, i int) int32 { return s.add(step{from, int32(-1 - i)}) }

func (s *steps) add(next step) int32 {
	s.all = append(s.all, next)
	return int32(len(s.all))
}

// path is the text of a place: bot_agent.groups[0].id.
func (s *steps) path(at int32) string {
	if at == 0 {
		return ""
	}
	last := s.all[at-1]
	if last.name < 0 {
		return element(s.path(last.from), int(-1-last.name))
	}
	return member(s.path(last.from), s.names[last.name])
}

func member(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func element(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }
