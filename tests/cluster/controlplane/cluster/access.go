package cluster

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Who may log in, each with a token in pki.
var users = []string{"admin", "provisioner", "nobody"}

func writeFile(dir, name, text string, mode os.FileMode) error {
	return os.WriteFile(filepath.Join(dir, name), []byte(text), mode)
}

// choosePort gives the port that was asked for, else a random one that nobody listens on now, below those that the
// kernel gives to outgoing connections.
func choosePort(asked int) (int, error) {
	if asked != 0 {
		return asked, nil
	}
	for range 100 {
		port := 20000 + rand.IntN(12000)
		listener, err := net.Listen("tcp", ":"+strconv.Itoa(port))
		if err == nil {
			return port, listener.Close()
		}
	}
	return 0, errors.New("no port between 20000 and 32000 is free")
}

const kubeconfig = `apiVersion: v1
kind: Config
current-context: %[1]s
clusters:
- name: test
  cluster: {server: "https://127.0.0.1:%[2]d", certificate-authority-data: %[3]s}
users:
- name: %[1]s
  user: {token: %[4]s}
contexts:
- name: %[1]s
  context: {cluster: test, user: %[1]s, namespace: default}
`

func writeKubeconfigs(dir string, port int) error {
	authority, err := os.ReadFile(filepath.Join(dir, "pki", "ca.crt"))
	if err != nil {
		return err
	}
	for _, user := range users {
		token, err := readToken(dir, user)
		if err != nil {
			return err
		}
		text := fmt.Sprintf(kubeconfig, user, port, base64.StdEncoding.EncodeToString(authority), token)
		if err := writeFile(dir, user+".kubeconfig", text, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func readToken(dir, user string) (string, error) {
	token, err := os.ReadFile(filepath.Join(dir, "pki", user+".token"))
	return strings.TrimSpace(string(token)), err
}

// As admin, unless KUBECONFIG or a flag says otherwise.
func writeKubectl(dir, binary string) error {
	text := fmt.Sprintf("#!/bin/sh\nKUBECONFIG=${KUBECONFIG:-%s}\nexport KUBECONFIG\nexec %s kubectl \"$@\"\n",
		quote(filepath.Join(dir, "admin.kubeconfig")), quote(binary))
	return writeFile(dir, "bin/kubectl", text, 0o755)
}

// quote makes one word of text for a shell.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

func printEnvironment(to io.Writer, dir string) error {
	port, err := readNumber(filepath.Join(dir, "api.port"))
	if err != nil {
		return fmt.Errorf("no cluster was started in %s", dir)
	}
	_, err = fmt.Fprintf(to, "export KUBECONFIG=%s\nexport PATH=%s:\"$PATH\"\nexport API_SERVER=https://127.0.0.1:%d\n",
		quote(filepath.Join(dir, "admin.kubeconfig")), quote(filepath.Join(dir, "bin")), port)
	return err
}

// client asks the API server as admin.
type client struct {
	http   http.Client
	server string
	token  string
}

func newClient(dir string, port int) (*client, error) {
	authority, err := os.ReadFile(filepath.Join(dir, "pki", "ca.crt"))
	if err != nil {
		return nil, err
	}
	token, err := readToken(dir, "admin")
	if err != nil {
		return nil, err
	}
	known := x509.NewCertPool()
	known.AppendCertsFromPEM(authority)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: known}}
	return &client{
		http:   http.Client{Timeout: 5 * time.Second, Transport: transport},
		server: fmt.Sprintf("https://127.0.0.1:%d", port),
		token:  token,
	}, nil
}

// answers says whether the API server answers to path with 200.
func (c *client) answers(path string) bool {
	request, err := http.NewRequest(http.MethodGet, c.server+path, nil)
	if err != nil {
		return false
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	answer, err := c.http.Do(request)
	if err != nil {
		return false
	}
	answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}
