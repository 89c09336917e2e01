package member

import (
	"bytes"
	"testing"
)

func TestPhonesAreFoundHoweverTheyAreWritten(t *testing.T) {
	key := []byte("key")
	want := PhoneHash(key, "13800004242")
	for _, phone := range []string{"+8613800004242", "+86 138-0000-4242", "8613800004242", "138 0000 4242"} {
		if !bytes.Equal(PhoneHash(key, phone), want) || LastFour(phone) != "4242" {
			t.Errorf("%s is another phone", phone)
		}
	}
	for _, phone := range []string{"13800004243", "+4413800004242", "23800004242"} {
		if bytes.Equal(PhoneHash(key, phone), want) {
			t.Errorf("%s is the same phone", phone)
		}
	}
	if len(PhoneHash(key, "")) != 0 || LastFour("12") != "12" {
		t.Error("no phone has a hash")
	}
	if bytes.Equal(UnionHash(key, "x"), CodeHash(key, "x")) {
		t.Error("hashes for two purposes are equal")
	}
}

func TestNamesAreMasked(t *testing.T) {
	for name, want := range map[string]string{"": "", "张三": "张**", "Anna Li": "A**", "A": "A**"} {
		if got := mask(name); got != want {
			t.Errorf("%s is shown as %s, want %s", name, got, want)
		}
	}
}

func TestPurposesHaveNames(t *testing.T) {
	for p := Terms; p <= BodyData; p++ {
		if got, ok := ParsePurpose(p.String()); !ok || got != p {
			t.Errorf("%d is read back as %d", p, got)
		}
	}
	if _, ok := ParsePurpose(""); ok {
		t.Error("no name is a purpose")
	}
}
