// Is this delivery genuine? Needs nothing but Go. Run: SECRET=whsec_... go run verify.go ID TIMESTAMP 'v1,...' < body
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"
)

// genuine needs the bytes of the body as they came, before any JSON parser touched them.
func genuine(secret, id, timestamp, signatures string, body []byte) bool {
	at, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil {
		return false
	}
	if age := time.Now().Unix() - at; age > 300 || age < -300 {
		return false
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil || len(key) == 0 { // without a secret anybody could sign
		return false
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.", id, timestamp)
	mac.Write(body)
	want := mac.Sum(nil)
	for _, one := range strings.Split(signatures, " ") {
		if !strings.HasPrefix(one, "v1,") {
			continue
		}
		got, err := base64.StdEncoding.DecodeString(one[3:])
		if err == nil && hmac.Equal(got, want) {
			return true
		}
	}
	return false
}

func main() {
	body, err := io.ReadAll(os.Stdin)
	if err != nil || len(os.Args) < 4 || !genuine(os.Getenv("SECRET"), os.Args[1], os.Args[2], os.Args[3], body) {
		fmt.Println("not genuine")
		os.Exit(1)
	}
	fmt.Println("genuine")
}
