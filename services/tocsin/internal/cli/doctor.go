package cli

import (
	"cmp"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"tocsin/pkg/run"
)

type doctorCmd struct {
	serverFlag
	natsFlag
	formatFlag
	tlsFlags
	Doors string `type:"path" env:"TOCSIN_DOORS_FILE" help:"The doors' file, to look whether it is understood and its secrets are there."`
	Data  string `type:"path" env:"TOCSIN_DATA" help:"Folder of streams and ledger, to look at the room on its disk; ./tocsin-data where there is one."`
}

func (doctorCmd) Help() string {
	return `Examples:
  tocsin doctor
  tocsin doctor --nats nats://10.0.0.5:4222 --server https://tocsin.example --data /var/lib/tocsin
  tocsin doctor --output json | jq 'select(.state != "ok")'

Asks the server and NATS, and changes nothing. What is ok, what is worth a look and what is wrong
stands on a line each, with what to do. It ends with 1 where anything is wrong.`
}

// How a thing stands.
const (
	fine  = "ok"
	look  = "look" // worth a look, and no failure
	wrong = "wrong"
)

// A diagnosis is how one thing stands.
type diagnosis struct {
	State string `json:"state"`
	Check string `json:"check"`
	Says  string `json:"says"`
	// Do is what to do about it; empty where it is ok.
	Do string `json:"do,omitempty"`
}

// A doctor collects what it finds.
type doctor struct{ found []diagnosis }

func (d *doctor) fine(check, says string, args ...any) {
	d.found = append(d.found, diagnosis{State: fine, Check: check, Says: fmt.Sprintf(says, args...)})
}

// finds adds what is not ok.
func (d *doctor) finds(state, check, says, do string) {
	d.found = append(d.found, diagnosis{state, check, says, do})
}

const (
	// apartAtMost is how far clocks may be apart: windows and deadlines stand on them.
	apartAtMost = 5 * time.Second
	// roomAtLeast is how many bytes a disk should have free.
	roomAtLeast = 1 << 30
	// lookWithin is how long one question may take.
	lookWithin = 5 * time.Second
)

// Run is `tocsin doctor`.
func (c *doctorCmd) Run(s *streams) error {
	d := &doctor{}
	c.lookAtServer(s.ctx, d)
	c.lookAtBus(s.ctx, d)
	c.lookAtDisk(d)
	c.lookAtDoors(d)
	c.lookAtCertificates(s.ctx, d)
	bad := 0
	for _, f := range d.found {
		if f.State == wrong {
			bad++
		}
		if c.json() {
			if err := json.NewEncoder(s.out).Encode(f); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(s.out, "%-6s %s: %s\n", f.State, f.Check, f.Says)
		if f.Do != "" {
			fmt.Fprintf(s.out, "       %s\n", f.Do)
		}
	}
	if bad == 1 {
		return errors.New("one thing is wrong; below it stands what to do")
	}
	if bad > 0 {
		return fmt.Errorf("%d things are wrong; below each stands what to do", bad)
	}
	return nil
}

// lookAtServer asks whether the server is ready, lets us in, and has our time.
func (c *doctorCmd) lookAtServer(ctx context.Context, d *doctor) {
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(c.Server, "/")+"/readyz", nil)
	if err != nil {
		d.finds(wrong, "server", err.Error(), "Say its URL with --server.")
		return
	}
	asked := time.Now()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		d.finds(wrong, "server", err.Error(), startIt(err))
		return
	}
	defer resp.Body.Close()
	if at, err := http.ParseTime(resp.Header.Get("Date")); err == nil { // a time in whole seconds
		d.clock("clock of the server", at.Add(time.Second/2), asked.Add(time.Since(asked)/2))
	}
	var parts map[string]string
	if err := json.NewDecoder(resp.Body).Decode(&parts); err != nil {
		d.finds(wrong, "server", fmt.Sprintf("%s answered %s, and no JSON, when asked whether it is ready", c.Server, resp.Status), "Say with --server where Tocsin is.")
		return
	}
	d.fine("server", "%s answers in %s", c.Server, time.Since(asked).Round(time.Millisecond))
	d.parts(parts, strings.Split(resp.Header.Get(run.NoticesHeader), ", "))
	var refused refusedError
	switch err := c.get(ctx, "/v1/cases?limit=1", &casePage{}); {
	case err == nil:
		d.fine("way in", "the server lets us read cases")
	case errors.Is(err, errNoPath): // an intake apart, say
		d.fine("way in", "this server has no cases; those of review are asked there")
	case errors.As(err, &refused) && (refused.status == http.StatusUnauthorized || refused.status == http.StatusForbidden):
		d.finds(wrong, "way in", err.Error(), "Send a token with --token or TOCSIN_TOKEN; tocsin token create makes one.")
	default:
		d.finds(wrong, "way in", err.Error(), "See what is wrong above, and in the server's log.")
	}
}

// parts says how the parts of a server are; notices are worth a look, and no failure.
func (d *doctor) parts(parts map[string]string, notices []string) {
	for _, part := range slices.Sorted(maps.Keys(parts)) {
		if parts[part] == "ok" {
			d.fine(part+" of the server", "can be reached")
			continue
		}
		state := wrong
		if slices.Contains(notices, part) {
			state = look
		}
		do := "See that it runs and that the server can reach it; its log says more."
		switch {
		case part != "spool":
		case parts["bus"] != "ok":
			do = "Bring NATS back, or see that the server can reach it: what lies there is stored as soon as it can."
		case state == look:
			do = "Wait: it gets less as it is stored."
		default:
			do = "See why NATS does not take it: the streams below, their room and who may publish. It stays on disk until then."
		}
		d.finds(state, part+" of the server", parts[part], do)
	}
}

// startIt says what to do about a server that can not be asked.
func startIt(err error) string {
	var unknown x509.UnknownAuthorityError
	if errors.As(err, &unknown) {
		return "Name the file of its authority in SSL_CERT_FILE, where the authority is your own."
	}
	return "Start it (tocsin up starts one), or say with --server where it is."
}

// clock compares a time of somebody's with ours when they said it.
func (d *doctor) clock(check string, theirs, ours time.Time) {
	by := theirs.Sub(ours)
	if by.Abs() <= apartAtMost {
		d.fine(check, "shows our time")
		return
	}
	which := map[bool]string{true: "ahead of ours", false: "behind ours"}[by > 0]
	d.finds(wrong, check, fmt.Sprintf("is %s %s", by.Abs().Round(time.Second), which), "Set both by NTP: windows, deadlines and sessions stand on them.")
}

// lookAtDisk says how much room there is where the data are.
func (c *doctorCmd) lookAtDisk(d *doctor) {
	dir := cmp.Or(c.Data, "./tocsin-data")
	var disk syscall.Statfs_t
	if _, err := os.Stat(dir); c.Data == "" && errors.Is(err, os.ErrNotExist) {
		return // the data are elsewhere
	}
	if err := syscall.Statfs(dir, &disk); err != nil {
		d.finds(wrong, "disk", fmt.Sprintf("%s: %v", dir, err), "Say with --data where streams and ledger are.")
		return
	}
	free := uint64(disk.Bavail) * uint64(disk.Bsize) //nolint:unconvert // other systems have other types
	says := fmt.Sprintf("%s has %s free", dir, bytesOf(free))
	if free < roomAtLeast {
		d.finds(wrong, "disk", says, "Make room there: what can not be kept is refused.")
		return
	}
	d.fine("disk", "%s", says)
}

// bytesOf writes bytes as people read them.
func bytesOf(n uint64) string {
	for _, unit := range []struct {
		name string
		size uint64
	}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}} {
		if n >= unit.size {
			return fmt.Sprintf("%.1f %s", float64(n)/float64(unit.size), unit.name)
		}
	}
	return fmt.Sprintf("%d bytes", n)
}
