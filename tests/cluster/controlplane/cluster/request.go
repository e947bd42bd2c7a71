package cluster

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
)

// Where the keeper listens. A socket's path must be short, hence relative to the directory, in which both sides are.
const socket = "keeper.sock"

// request is what somebody asks of the keeper; the answer goes into the channel.
type request struct {
	words  []string
	answer chan error
}

// listen takes requests one after the other: a JSON list of words each, the answer being a JSON text, empty for success.
func listen(dir string) (<-chan request, error) {
	if err := os.RemoveAll(filepath.Join(dir, socket)); err != nil {
		return nil, err
	}
	listener, err := net.Listen("unix", socket)
	if err != nil {
		return nil, err
	}
	requests := make(chan request)
	go func() {
		for {
			connection, err := listener.Accept()
			if err == nil {
				pass(connection, requests)
			}
		}
	}()
	return requests, nil
}

func pass(connection net.Conn, requests chan<- request) {
	defer connection.Close()
	asked := request{answer: make(chan error, 1)}
	if json.NewDecoder(connection).Decode(&asked.words) != nil {
		return
	}
	requests <- asked
	text := ""
	if err := <-asked.answer; err != nil {
		text = err.Error()
	}
	_ = json.NewEncoder(connection).Encode(text)
}

// ask sends words to the keeper of dir and waits until it has done it.
func ask(dir string, words []string) error {
	if err := os.Chdir(dir); err != nil {
		return noCluster(dir)
	}
	connection, err := net.Dial("unix", socket)
	if err != nil {
		return noCluster(dir)
	}
	defer connection.Close()
	if err := json.NewEncoder(connection).Encode(words); err != nil {
		return err
	}
	var text string
	if err := json.NewDecoder(connection).Decode(&text); err != nil {
		return fmt.Errorf("the keeper of %s does not answer: %w", dir, err)
	}
	if text != "" {
		return errors.New(text)
	}
	return nil
}

func noCluster(dir string) error { return fmt.Errorf("no cluster runs in %s", dir) }
