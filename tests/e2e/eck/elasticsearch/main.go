// A stand-in for Elasticsearch's image, which needs a registry: it answers what the ECK operator asks a cluster of one
// node, and keeps in its data directory who it is (node.id) and each of its starts (starts).
package main

import (
	"crypto/rand"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

const home = "/usr/share/elasticsearch/"

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// As Elasticsearch does: a new node has a new id, and a node that finds its data has its old one.
func nodeID() string {
	file := home + "data/node.id"
	if id, err := os.ReadFile(file); err == nil {
		return string(id)
	}
	id := rand.Text()
	must(os.WriteFile(file, []byte(id), 0o644))
	return id
}

func noteStart() {
	file, err := os.OpenFile(home+"data/starts", os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	must(err)
	_, err = fmt.Fprintln(file, time.Now().UTC().Format(time.RFC3339))
	must(err)
	must(file.Sync())
	must(file.Close())
}

// The readiness probe only connects to this port.
func listenForProbe() {
	listener, err := net.Listen("tcp", ":8080")
	must(err)
	for {
		connection, err := listener.Accept()
		must(err)
		_ = connection.Close()
	}
}

func main() {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	go func() {
		<-stop
		os.Exit(0)
	}()
	version, err := os.ReadFile(home + "version")
	must(err)
	node := &node{id: nodeID(), name: os.Getenv("POD_NAME"), version: strings.TrimSpace(string(version))}
	noteStart()
	log.Println("node", node.name, "has the id", node.id)
	go listenForProbe()
	certificate := home + "config/http-certs/tls."
	must(http.ListenAndServeTLS(":9200", certificate+"crt", certificate+"key", node))
}
