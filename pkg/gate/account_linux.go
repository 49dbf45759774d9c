package gate

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"os"
	"strconv"
	"strings"
)

// established is the state of a connection that both ends hold open. A socket
// that its process has closed has another, and stands in the table as root's.
const established = "01"

// sameAccount says that the socket at far, connected to near, is a process's of
// this account or of root, by the kernel's own tables.
func sameAccount(far, near string) bool {
	from, err := netip.ParseAddrPort(far)
	to, err2 := netip.ParseAddrPort(near)
	if err != nil || err2 != nil {
		return false
	}
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		if uid, found := ownerIn(table, plain(from), plain(to)); found {
			return uid == 0 || uid == os.Geteuid()
		}
	}
	return false
}

// ownerIn is whose the socket from→to is, by one table.
func ownerIn(table string, from, to netip.AddrPort) (uid int, found bool) {
	file, err := os.Open(table)
	if err != nil {
		return 0, false
	}
	defer file.Close()
	rows := bufio.NewScanner(file)
	for rows.Scan() {
		// sl local remote state tx:rx tr:when retransmits uid timeout inode …
		f := strings.Fields(rows.Text())
		if len(f) < 10 || f[3] != established || f[9] == "0" {
			continue
		}
		if local, ok := endpoint(f[1]); !ok || local != from {
			continue
		}
		if remote, ok := endpoint(f[2]); !ok || remote != to {
			continue
		}
		uid, err := strconv.Atoi(f[7])
		return uid, err == nil
	}
	return 0, false
}

// endpoint reads an address as the tables write it: 32-bit words as this machine
// keeps them, in hex, and the port.
func endpoint(text string) (netip.AddrPort, bool) {
	words, port, _ := strings.Cut(text, ":")
	raw, err := hex.DecodeString(words)
	if err != nil || len(raw) != 4 && len(raw) != 16 {
		return netip.AddrPort{}, false
	}
	for i := 0; i < len(raw); i += 4 {
		binary.NativeEndian.PutUint32(raw[i:], binary.BigEndian.Uint32(raw[i:]))
	}
	addr, _ := netip.AddrFromSlice(raw)
	p, err := strconv.ParseUint(port, 16, 16)
	return netip.AddrPortFrom(addr.Unmap(), uint16(p)), err == nil
}

func plain(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap().WithZone(""), a.Port())
}
