package cli_test

import (
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"tocsin/pkg/certs/certstest"
)

// authorities sign the certificates of the scripts, by a script's folder.
var authorities sync.Map

// script is a test that ends as scripts do.
type script struct{ *testscript.TestScript }

func (script) Helper() {}

func (s script) Fatal(args ...any) { s.Fatalf("%s", fmt.Sprint(args...)) }

// cert server|client ENDS FILE NAME... writes a certificate that ends so far from now to
// FILE.pem and its key to FILE.key, as who replaces one does. The script's authority,
// which has signed it, is in ca.pem.
func cert(ts *testscript.TestScript, _ bool, args []string) {
	t, ca := script{ts}, ts.MkAbs("ca.pem")
	if _, err := os.Stat(ca); err != nil {
		made := certstest.New(t, "the script's authority")
		certstest.Put(t, ca, made.PEM)
		authorities.Store(ca, made)
	}
	of, _ := authorities.Load(ca)
	ends, err := time.ParseDuration(args[1])
	ts.Check(err)
	make := of.(*certstest.Authority).Server
	if args[0] == "client" {
		make = of.(*certstest.Authority).Client
	}
	make(t, time.Now().Add(ends), args[3:]...).Write(t, ts.MkAbs(args[2]+".pem"), ts.MkAbs(args[2]+".key"))
}
