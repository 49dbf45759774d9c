package roster

import (
	"errors"
	"strings"
	"testing"
	"time"
)

const three = `id,name,skills,zone,shifts,capacity,load
mia,Mia Weiß,sso_unavailable;ftp_denied,Europe/Berlin,mon-fri 09:00-17:00,3,1
noor,,,Asia/Kolkata,mon-fri 10:00-19:00; sat 10:00-14:00,2,0
raj,"Raj, the second",lxp,UTC,sun-thu 22:00-06:00,1,0
`

func TestARosterReadsAsItIsWritten(t *testing.T) {
	all, err := ReadCSV(strings.NewReader("\ufeff" + three))
	if err != nil || len(all) != 3 || all[0].Name != "Mia Weiß" || all[0].Reported != 1 || len(all[1].Shifts) != 2 {
		t.Fatalf("%+v, %v", all, err)
	}
	var out strings.Builder
	want := strings.NewReplacer("sso_unavailable;ftp_denied", "ftp_denied;sso_unavailable", "sun-thu 22:00-06:00", `"mon-thu,sun 22:00-06:00"`).Replace(three)
	if err := Book(all).WriteCSV(&out); err != nil || out.String() != want {
		t.Errorf("%v:\n%s", err, out.String())
	}
}

func TestAnErrorInAFileSaysWhere(t *testing.T) {
	for file, want := range map[string]string{
		"":                                       "line 1: the file is empty",
		"id,colour\n":                            "line 1, column colour: there is no such column",
		"id,id\n":                                "line 1, column id: the column stands twice",
		"id,zone,shifts\n":                       "line 1, column capacity: the column is not there",
		"id,zone,shifts,capacity\na,UTC,,1\nb\n": "line 3: wrong number of fields",
		"id,zone,shifts,capacity\na,UTC,,x\n":    `line 2, column capacity: "x" is no whole number`,
		"id,zone,shifts,capacity\na,UTC,,\n":     `line 2, column capacity: "" is no whole number`,
		"id,zone,shifts,capacity\na,UTC,day,1\n": "line 2, column shifts: shift",
		"id,zone,shifts,capacity\na,Mars,,1\n":   `line 2: technician "a": not a technician: zone "Mars"`,
		"id,zone,shifts,capacity\na,UTC,,1\n\n\"b\",UTC,,1\na,UTC,,2\n": `line 5, column id: "a" stands in line 2 already`,
	} {
		if _, err := ReadCSV(strings.NewReader(file)); err == nil || !strings.HasPrefix(err.Error(), want) || !errors.Is(err, ErrUnsound) {
			t.Errorf("%q: %v, want %s", file, err, want)
		}
	}
}

func TestABookChangesWhollyOrNotAtAll(t *testing.T) {
	all, err := ReadCSV(strings.NewReader(three))
	if err != nil {
		t.Fatal(err)
	}
	b, err := Book(nil).SetAll(all, false)
	if err != nil {
		t.Fatal(err)
	}
	for i := range b {
		b[i].Version = 1
	}
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	away, err := b.Away("mia", Absence{From: now, Why: "sick"})
	if err != nil || b.Since(away).None() || len(b[0].Absences) != 0 {
		t.Fatalf("%+v, %v", away, err)
	}
	again, err := away.SetAll(all, false)
	if d := again.Since(away); err != nil || !d.None() || d.Same != 3 {
		t.Errorf("the same import again: %+v, %v", d, err)
	}
	pruned, err := away.SetAll(all[:1], true)
	if d := pruned.Since(away); err != nil || len(d.Removed) != 2 || len(d.Changed) != 0 {
		t.Errorf("pruned: %+v, %v", d, err)
	}
	if back, err := away.Back("mia", now.Add(time.Hour)); err != nil || !back[0].Absences[0].Until.Equal(now.Add(time.Hour)) {
		t.Errorf("back: %+v, %v", back, err)
	}
	var stale *StaleError
	old := all[0]
	old.Version = 7
	if _, err := b.Set(old); !errors.As(err, &stale) || stale.Current != 1 {
		t.Errorf("a stale change: %v", err)
	}
	if _, err := b.Remove("mia", 7); !errors.As(err, &stale) {
		t.Errorf("a stale removal: %v", err)
	}
	if gone, err := b.Remove("nobody", 0); err != nil || len(gone) != 3 {
		t.Errorf("nobody is gone already: %v", err)
	}
	if _, err := b.Away("nobody", Absence{From: now}); !errors.Is(err, ErrUnknown) {
		t.Errorf("nobody is away: %v", err)
	}
	if _, err := b.SetAll(append(all, all[0]), false); !errors.Is(err, ErrUnsound) {
		t.Errorf("named twice: %v", err)
	}
	shown := Shown(b.At(now, map[string][]Work{"mia": {{Case: "c-1", Tenant: "acme"}, {Case: "c-2", Tenant: "globex"}}}, Need{}), func(tenant string) bool { return tenant == "acme" })
	for _, s := range shown {
		if s.Technician.ID == "mia" && (s.Busy != 3 || s.Load[0].Case != "c-1" || s.Load[1] != Work{}) {
			t.Errorf("shown %+v", s)
		}
	}
}

func TestNoCellIsAFormulaToASpreadsheet(t *testing.T) {
	for _, name := range []string{"=cmd|'/C calc'!A0", "+41", "-1+1", "@SUM(A1)", "'=x", "''@x", "'quoted'", "Mia"} {
		was := Book{{ID: "mia", Name: name, Skills: []string{"-x", "@y"}, Zone: "UTC", Capacity: 1}}
		was[0], _ = was[0].Clean()
		var out strings.Builder
		if err := was.WriteCSV(&out); err != nil {
			t.Fatal(err)
		}
		_, row, _ := strings.Cut(out.String(), "\n")
		for cell := range strings.SplitSeq(row, ",") {
			if cell = strings.Trim(cell, `"`); cell != "" && strings.Contains("=+-@", cell[:1]) {
				t.Errorf("%q is written as %q", name, row)
			}
		}
		back, err := ReadCSV(strings.NewReader(out.String()))
		if err != nil || len(back) != 1 || !same(was[0], back[0]) {
			t.Errorf("%q comes back as %+v, %v", name, back, err)
		}
	}
}
