package tenants

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"tocsin/pkg/bus"
	"tocsin/pkg/rejected"
	"tocsin/pkg/topology"
	classificationv1 "tocsin/proto/gen/classification/v1"
	intakev1 "tocsin/proto/gen/intake/v1"
	monitoringv1 "tocsin/proto/gen/monitoring/v1"
	notificationv1 "tocsin/proto/gen/notification/v1"
	reviewv1 "tocsin/proto/gen/review/v1"
)

// A Manifest says what an export holds.
type Manifest struct {
	Tenant string    `json:"tenant"`
	At     time.Time `json:"at"`
	// Out is the folder or the file.
	Out   string        `json:"out"`
	Kinds []KindOfLines `json:"kinds"`
}

// KindOfLines is one file of an export: a JSON object a line.
type KindOfLines struct {
	Kind  string `json:"kind"`
	File  string `json:"file"`
	Count int    `json:"count"`
}

// A taker takes a line.
type taker func(line []byte) error

// kind is how the lines of a file are had.
type kind struct {
	name string
	get  func(ctx context.Context, w *Work, whose *Whose, put taker) error
}

// kinds are the files of an export.
var kinds = []kind{
	{"tickets", ofStream(topology.Tickets, func(m *intakev1.TicketChanged) proto.Message { return m.GetTicket() }, lastOfEach)},
	{"assessments", ofStream(topology.Assessments, func(m *classificationv1.TicketAssessed) proto.Message { return m }, all)},
	{"second_reads", ofStream(topology.SecondReads, func(m *classificationv1.SecondRead) proto.Message { return m }, all)},
	{"conditions", ofStream(topology.Conditions, func(m *monitoringv1.ConditionChanged) proto.Message { return m.GetCondition() }, all)},
	{"cases", ofLedger("cases")},
	{"notifications", ofStream(topology.Notifications, func(m *notificationv1.Notification) proto.Message { return m }, all)},
	{"deliveries", ofLedger("deliveries")},
	{"labels", ofLedger("labels")},
	{"mutes", ofStream(topology.Mutes, func(m *notificationv1.MuteChanged) proto.Message { return m.GetMute() }, lastOfEach)},
	{"rejected", rejections},
	{"dead_letters", deadLetters},
}

// Export writes what is kept of a tenant into a folder, or, where out ends in
// .tar.gz, into a file. Nothing may be there yet.
func (w *Work) Export(ctx context.Context, tenant, out string) (m Manifest, err error) {
	if out == "" {
		out = topology.Token(tenant) + "-export"
	}
	if _, err := os.Stat(out); !errors.Is(err, fs.ErrNotExist) {
		return m, fmt.Errorf("something is at %s already: name another place with --out", out)
	}
	folder := strings.TrimSuffix(out, ".tar.gz")
	if folder != out {
		if folder, err = os.MkdirTemp(filepath.Dir(out), ".export-"); err != nil {
			return m, err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	} else if err := os.MkdirAll(folder, 0o700); err != nil {
		return m, err
	}
	m = Manifest{Tenant: tenant, At: w.Now().UTC(), Out: out}
	whose := &Whose{Tenant: tenant, Until: w.Now().Add(time.Hour), Revision: ^uint64(0)}
	for _, k := range kinds {
		n, err := w.file(ctx, k, whose, filepath.Join(folder, k.name+".jsonl"))
		if err != nil {
			return m, fmt.Errorf("export the %s of %s: %w", k.name, tenant, err)
		}
		m.Kinds = append(m.Kinds, KindOfLines{k.name, k.name + ".jsonl", n})
	}
	data, err := json.MarshalIndent(m, "", "  ")
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, "manifest.json"), append(data, '\n'), 0o600)
	}
	if err == nil && folder != out {
		err = pack(folder, out)
	}
	return m, err
}

// file writes one kind, and says how many lines it has.
func (w *Work) file(ctx context.Context, k kind, whose *Whose, name string) (n int, err error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, err
	}
	out := bufio.NewWriter(f)
	err = k.get(ctx, w, whose, func(line []byte) error {
		n++
		w.step(1)
		_, err := out.Write(append(line, '\n'))
		return err
	})
	return n, errors.Join(err, out.Flush(), f.Close())
}

const (
	all        = false
	lastOfEach = true // of each subject only the last counts
)

// ofStream are the tenant's messages of a stream, each as what says of it.
func ofStream[T any, M interface {
	*T
	proto.Message
}](s topology.Stream, says func(M) proto.Message, last bool) func(context.Context, *Work, *Whose, taker) error {
	return func(ctx context.Context, w *Work, whose *Whose, put taker) error {
		places := whose.places()
		p := places[slices.IndexFunc(places, func(p place) bool { return p.stream.Name == s.Name })]
		newest := map[string][]byte{}
		err := walk(ctx, w.Conn, p, func(raw bus.Raw) error {
			m := M(new(T))
			if !whose.Theirs(raw) || bus.Decode(raw, m) != nil {
				return nil
			}
			line, err := protojson.Marshal(says(m))
			if err != nil {
				return err
			}
			if last {
				newest[raw.Subject] = line
				return nil
			}
			return put(line)
		})
		for _, subject := range sorted(newest) {
			if err == nil {
				err = put(newest[subject])
			}
		}
		return err
	}
}

func sorted(m map[string][]byte) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// ofLedger is what review says of a kind.
func ofLedger(kind string) func(context.Context, *Work, *Whose, taker) error {
	return func(ctx context.Context, w *Work, whose *Whose, put taker) error {
		q := &reviewv1.TenantExportAsked{Tenant: whose.Tenant, Kind: kind}
		for {
			page, enough := context.WithTimeout(ctx, answerWithin)
			answer := &reviewv1.TenantExportAnswered{}
			err := w.Conn.Ask(page, topology.ExportTenantSubject(), q, answer)
			enough()
			if errors.Is(err, bus.ErrNobody) {
				return errors.New("review does not run, and the ledger is its own; start it and try again")
			}
			if err != nil {
				return err
			}
			for _, line := range answer.GetLines() {
				if err := put([]byte(line)); err != nil {
					return err
				}
			}
			if q.After = answer.GetNext(); q.After == "" {
				return nil
			}
		}
	}
}

// deadLetters are those that are the tenant's, as `tocsin deadletter show` says them.
func deadLetters(ctx context.Context, w *Work, whose *Whose, put taker) error {
	return walk(ctx, w.Conn, place{stream: topology.DeadLetter, filters: []string{">"}}, func(raw bus.Raw) error {
		if !whose.Theirs(raw) {
			return nil
		}
		line, err := json.Marshal(struct {
			ID       uint64    `json:"id"`
			ParkedAt time.Time `json:"parked_at"`
			Subject  string    `json:"subject"`
			Reason   string    `json:"reason"`
			Data     []byte    `json:"data"`
		}{raw.Sequence, raw.StoredAt, raw.ParkedFrom(), raw.ParkedReason(), raw.Data})
		if err != nil {
			return err
		}
		return put(line)
	})
}

// rejections are what doors did not take and names the tenant, as it came.
func rejections(ctx context.Context, w *Work, whose *Whose, put taker) error {
	return walk(ctx, w.Conn, place{stream: topology.Rejected, filters: []string{">"}}, func(raw bus.Raw) error {
		d, err := rejected.Read(raw)
		if err != nil || !whose.Theirs(raw) {
			return nil //nolint:nilerr // what cannot be read cannot be handed out
		}
		line, err := json.Marshal(struct {
			ID         uint64    `json:"id"`
			Door       string    `json:"door"`
			ReceivedAt time.Time `json:"received_at"`
			Reasons    []string  `json:"reasons"`
			Body       []byte    `json:"body"`
		}{d.ID, d.Door, d.ReceivedAt, d.Reasons, d.Body})
		if err != nil {
			return err
		}
		return put(line)
	})
}

// pack makes a file of a folder.
func pack(folder, file string) (err error) {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	zip := gzip.NewWriter(f)
	out := tar.NewWriter(zip)
	parts, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, part := range parts {
		if err := into(out, folder, part.Name()); err != nil {
			return err
		}
	}
	return errors.Join(out.Close(), zip.Close())
}

// into puts one file into an archive.
func into(out *tar.Writer, folder, name string) error {
	f, err := os.Open(filepath.Join(folder, name))
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if err := out.WriteHeader(&tar.Header{Name: name, Size: info.Size(), Mode: 0o600, ModTime: info.ModTime()}); err != nil {
		return err
	}
	_, err = io.Copy(out, f)
	return err
}
