package role

import (
	"strings"
	"testing"

	"github.com/tillstream/tillstream/oltp/vault"
)

func TestServiceWantsMasterKeys(t *testing.T) {
	f := func(keys MasterKeys, want string) {
		t.Helper()
		if _, err := keys.load(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	one := vault.NewMaster()
	f(MasterKeys{}, "set TILLSTREAM_MASTER_KEYS_FILE")
	f(MasterKeys{MasterKeys: one, MasterKeysFile: "x"}, "once")
	f(MasterKeys{MasterKeysFile: "absent"}, "absent")
	f(MasterKeys{MasterKeys: "x"}, "name:key")
	if _, err := (MasterKeys{MasterKeys: one}).load(); err != nil {
		t.Error(err)
	}
}
