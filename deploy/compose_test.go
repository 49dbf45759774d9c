package deploy

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

// services are ours; each is a folder of ../services.
var services = []string{"classification", "intake", "monitoring", "notification", "review"}

func TestComposeRunsEachServiceFromItsOwnImage(t *testing.T) {
	project := compose(t)
	for _, name := range services {
		s, ok := project.Services[name]
		if !ok {
			t.Errorf("compose.yaml does not run %s", name)
			continue
		}
		if s.Image != "tocsin/"+name {
			t.Errorf("%s runs the image %q, want tocsin/%s", name, s.Image, name)
		}
		if s.Build == nil || s.Build.Args["SERVICE"] == nil || *s.Build.Args["SERVICE"] != name {
			t.Errorf("%s is not built with SERVICE=%s", name, name)
			continue
		}
		recipe := filepath.Join(s.Build.Context, s.Build.Dockerfile)
		if _, err := os.Stat(recipe); err != nil {
			t.Errorf("%s is built by a file that is not there: %v", name, err)
		}
		if !s.ReadOnly || !slices.Contains(s.CapDrop, "ALL") {
			t.Errorf("%s may write to its image or keeps capabilities", name)
		}
	}
}

func TestComposePinsWhatItDoesNotBuild(t *testing.T) {
	for _, s := range compose(t).Services {
		_, tag, _ := strings.Cut(s.Image, ":")
		if s.Build == nil && (tag == "" || tag == "latest") {
			t.Errorf("%s: the image %q has no version", s.Name, s.Image)
		}
	}
}

func TestComposeListensOnThisMachineOnly(t *testing.T) {
	for _, s := range compose(t).Services {
		for _, port := range s.Ports {
			if port.HostIP != "127.0.0.1" {
				t.Errorf("%s: port %s listens on %q; its passwords are for one machine", s.Name, port.Published, port.HostIP)
			}
		}
	}
}

func TestComposeMountsWhatIsThere(t *testing.T) {
	project := compose(t)
	for _, s := range project.Services {
		for _, v := range s.Volumes {
			if v.Type != types.VolumeTypeBind {
				continue
			}
			if _, err := os.Stat(v.Source); err != nil {
				t.Errorf("%s: %v", s.Name, err)
			}
		}
	}
}

// A setting that nobody reads is a misspelled one.
func TestComposeShowsCertificatesToEachProgramThatReadsThem(t *testing.T) {
	for _, s := range compose(t).Services {
		if _, reads := s.Environment["TOCSIN_TLS_CERT"]; !reads {
			continue
		}
		sees := func(v types.ServiceVolumeConfig) bool { return v.Target == "/run/tls" && v.ReadOnly }
		if !slices.ContainsFunc(s.Volumes, sees) {
			t.Errorf("%s reads certificates, and their folder is not mounted", s.Name)
		}
	}
}

func TestComposeSetsOnlyWhatIsRead(t *testing.T) {
	shared := settings(t, "../pkg")
	for name, own := range ownSettings(t) {
		for setting := range compose(t).Services[name].Environment {
			if !strings.HasPrefix(setting, "OTEL_") && !slices.Contains(shared, setting) && !slices.Contains(own, setting) {
				t.Errorf("%s: %s is read by nobody in services/%s or pkg", name, setting, name)
			}
		}
	}
}

func TestComposePassesOnWhatAServiceReads(t *testing.T) {
	for name, own := range ownSettings(t) {
		for _, setting := range own {
			if _, ok := compose(t).Services[name].Environment[setting]; !ok {
				t.Errorf("%s reads %s; give it to the service as %s: ${%s:-}", name, setting, setting, setting)
			}
		}
	}
}

func TestReadmeExplainsEachSetting(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	names := settings(t, "../pkg")
	for _, own := range ownSettings(t) {
		names = append(names, own...)
	}
	for _, name := range names {
		if !strings.Contains(string(readme), "`"+name+"`") {
			t.Errorf("README.md does not explain %s, which the sources read", name)
		}
	}
}

// ownSettings are what each service reads beside what all read. A service whose
// root is not written yet is left out.
func ownSettings(t *testing.T) map[string][]string {
	t.Helper()
	own := map[string][]string{}
	for _, name := range services {
		source := filepath.Join("..", "services", name)
		if there(filepath.Join("services", name, name+".go")) {
			own[name] = settings(t, source)
		} else {
			t.Logf("%s has no root yet: its settings are not checked", name)
		}
	}
	return own
}

// compose is compose.yaml with every variable at its default.
func compose(t *testing.T) *types.Project {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{"compose.yaml"}, cli.WithoutEnvironmentResolution, cli.WithDiscardEnvFile)
	if err != nil {
		t.Fatal(err)
	}
	project, err := options.LoadProject(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(project.Services) == 0 {
		t.Fatal("compose.yaml runs nothing")
	}
	return project
}

var envTag = regexp.MustCompile("env:\"(TOCSIN_[A-Z0-9_]+)")

// settings are the variables that the sources below dir read into their settings.
func settings(t *testing.T, dir string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, m := range envTag.FindAllSubmatch(source, -1) {
			names = append(names, string(m[1]))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
