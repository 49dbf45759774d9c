package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"tocsin/services/intake"
)

// lookAtDoors says whether the doors' file is understood, and the secrets that it
// names are there, as far as this program sees them.
func (c *doctorCmd) lookAtDoors(d *doctor) {
	if c.Doors == "" {
		return
	}
	const check = "doors' file"
	text, err := os.ReadFile(c.Doors)
	if err != nil {
		d.finds(wrong, check, err.Error(), "Say with --doors where it is, or in TOCSIN_DOORS_FILE.")
		return
	}
	missing, err := intake.CheckDoors(text, filepath.Dir(c.Doors), os.LookupEnv)
	if err != nil {
		d.finds(wrong, check, inFile(c.Doors, err).Error(), "Mend it; the one that was understood before counts until then, and after a restart none does.")
		return
	}
	if len(missing) > 0 {
		d.finds(look, check, fmt.Sprintf("%s names %s, which this program does not see", c.Doors, strings.Join(missing, ", ")),
			"Where intake does not see them either, it does not start with this file: set them, or take them out.")
		return
	}
	if asking := intake.AskClients(text); len(asking) > 0 && c.TLSClientCA == "" {
		d.finds(look, check, fmt.Sprintf("%s asks for a client's certificate at %s, and TOCSIN_TLS_CLIENT_CA is not set as this program sees it", c.Doors, strings.Join(asking, ", ")),
			"Where intake does not see it either, nobody gets in there: set it, and TOCSIN_TLS_CERT and TOCSIN_TLS_KEY.")
	}
	all, err := intake.Doors(text)
	open := 0
	for _, one := range all {
		if len(one.Credentials)+len(one.Clients) > 0 {
			open++
		}
	}
	if err == nil {
		d.fine(check, "%s is understood; doors that are open by it: %d", c.Doors, open)
	}
}
