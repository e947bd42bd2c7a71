package cluster

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"strings"
	"time"
)

// The address of the Service `kubernetes`, the first of the range that the API server is given.
var serviceAddress = net.IPv4(10, 96, 0, 1)

// makeKeys writes a CA, the API server's certificate, the key of service accounts, and tokens. Those that are there stay:
// the last file is that of the tokens.
func makeKeys(dir string) error {
	if _, err := os.Stat(dir + "/tokens.csv"); err == nil {
		return nil
	}
	if err := makeCertificates(dir); err != nil {
		return err
	}
	if err := makeServiceAccountKey(dir); err != nil {
		return err
	}
	return makeTokens(dir)
}

func makeCertificates(dir string) error {
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test-ca"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign | x509.KeyUsageDigitalSignature,
	}
	authority, authorityKey, err := makeCertificate(dir, "ca", authority, authority, nil)
	if err != nil {
		return err
	}
	server := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "kube-apiserver"},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), serviceAddress},
		DNSNames:    []string{"localhost", "kubernetes", "kubernetes.default.svc"},
	}
	_, _, err = makeCertificate(dir, "apiserver", server, authority, authorityKey)
	return err
}

// makeCertificate writes NAME.key and NAME.crt, signed by the authority; without its key the certificate signs itself.
func makeCertificate(dir, name string, wanted, authority *x509.Certificate, authorityKey *ecdsa.PrivateKey) (
	*x509.Certificate, *ecdsa.PrivateKey, error) {
	key, err := makeKey(dir + "/" + name + ".key")
	if err != nil {
		return nil, nil, err
	}
	if authorityKey == nil {
		authorityKey = key
	}
	wanted.NotBefore = time.Now().Add(-time.Hour)
	wanted.NotAfter = time.Now().AddDate(10, 0, 0)
	content, err := x509.CreateCertificate(rand.Reader, wanted, authority, key.Public(), authorityKey)
	if err != nil {
		return nil, nil, err
	}
	if err := writePEM(dir+"/"+name+".crt", "CERTIFICATE", content, 0o644); err != nil {
		return nil, nil, err
	}
	certificate, err := x509.ParseCertificate(content)
	return certificate, key, err
}

func makeServiceAccountKey(dir string) error {
	key, err := makeKey(dir + "/sa.key")
	if err != nil {
		return err
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return err
	}
	return writePEM(dir+"/sa.pub", "PUBLIC KEY", public, 0o644)
}

func makeKey(path string) (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	text, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, err
	}
	return key, writePEM(path, "EC PRIVATE KEY", text, 0o600)
}

func writePEM(path, kind string, content []byte, mode os.FileMode) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}), mode)
}

func makeTokens(dir string) error {
	var lines strings.Builder
	for _, user := range users {
		random := make([]byte, 16)
		if _, err := rand.Read(random); err != nil {
			return err
		}
		token := hex.EncodeToString(random)
		if err := os.WriteFile(dir+"/"+user+".token", []byte(token+"\n"), 0o600); err != nil {
			return err
		}
		fmt.Fprintf(&lines, "%s,%s,%s%s\n", token, user, user, map[string]string{"admin": `,"system:masters"`}[user])
	}
	return os.WriteFile(dir+"/tokens.csv", []byte(lines.String()), 0o600)
}
