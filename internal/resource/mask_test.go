package resource

import "testing"

func TestMaskURLs(t *testing.T) {
	for text, want := range map[string]string{
		"no address":                              "no address",
		"https://h.example/a/b":                   "https://h.example/a/b",
		"https://u@h/":                            "https://***@h/",
		"see http://u:p@h:8080?a=1&b= x":          "see http://***@h:8080?a=***&b= x",
		"HTTPS://u:p@h/?a=b#c":                    "HTTPS://***@h/?a=***#c",
		"https://a@b@h/":                          "https://***@h/",
		"two: https://u:p@h/, https://v:q@i/?x=y": "two: https://***@h/, https://***@i/?x=***",
	} {
		if got := MaskURLs(text); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
		if got := MaskURLs(MaskURLs(text)); got != want {
			t.Errorf("%s: masked twice it is %s", text, got)
		}
	}
}
