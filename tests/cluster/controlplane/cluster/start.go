package cluster

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// start makes what is missing in dir and starts all parts.
func start(dir string) (*keeper, error) {
	set, err := readSettings(os.Getenv)
	if err != nil {
		return nil, err
	}
	// From here on it can be ended.
	if err := writeFile(dir, groupFile, strconv.Itoa(os.Getpid())+"\n", 0o644); err != nil {
		return nil, err
	}
	if set.owner != 0 {
		go outlive(set.owner)
	}
	binary, err := os.Executable()
	if err != nil {
		return nil, err
	}
	k := &keeper{dir: dir, binary: binary, lock: os.NewFile(lockFile, "lock"), settings: set, parts: map[string]part{}}
	if k.requests, err = listen(dir); err != nil {
		return nil, err
	}
	for _, step := range []func() error{k.makeAccess, k.startEtcd, k.startAPIServer, k.startRest} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return k, nil
}

func (k *keeper) makeAccess() error {
	if err := makeKeys(filepath.Join(k.dir, "pki")); err != nil {
		return err
	}
	if err := writeFile(k.dir, "binary", k.binary+"\n", 0o644); err != nil {
		return err
	}
	return writeKubectl(k.dir, k.binary)
}

func (k *keeper) startEtcd() error { return k.run("etcd") }

// A port is free until somebody else takes it: the API server may need a second one.
func (k *keeper) startAPIServer() error {
	const tries = 5
	for try := 1; ; try++ {
		port, err := choosePort(k.settings.port)
		if err != nil {
			return err
		}
		if err := writeFile(k.dir, "api.port", strconv.Itoa(port)+"\n", 0o644); err != nil {
			return err
		}
		if err := writeKubeconfigs(k.dir, port); err != nil {
			return err
		}
		if err := os.RemoveAll(k.log("kube-apiserver")); err != nil {
			return err
		}
		if err := k.run("kube-apiserver"); err != nil {
			return err
		}
		err = k.await("kube-apiserver", port, "/readyz")
		if err == nil {
			return nil
		}
		log, _ := os.ReadFile(k.log("kube-apiserver"))
		if try == tries || !bytes.Contains(log, []byte("address already in use")) {
			return err
		}
	}
}

func (k *keeper) startRest() error {
	parts := []string{"kube-controller-manager"}
	if k.settings.scheduler {
		parts = append(parts, "kube-scheduler")
	}
	for _, name := range parts {
		if err := k.run(name); err != nil {
			return err
		}
	}
	port, err := readNumber(filepath.Join(k.dir, "api.port"))
	if err != nil {
		return err
	}
	return k.await("kube-controller-manager", port, "/api/v1/namespaces/default/serviceaccounts/default")
}

// await returns when the API server answers to path. It gives up when a part is gone, or the deadline is over.
func (k *keeper) await(name string, port int, path string) error {
	client, err := newClient(k.dir, port)
	if err != nil {
		return err
	}
	for end := time.Now().Add(k.settings.deadline); ; time.Sleep(20 * time.Millisecond) {
		if client.answers(path) {
			return nil
		}
		for _, other := range partNames {
			if part, started := k.parts[other]; started && !part.isRunning() {
				return k.failure(other, "ended at once")
			}
		}
		if time.Now().After(end) {
			return k.failure(name, fmt.Sprintf("did not get ready within %s", k.settings.deadline))
		}
	}
}

// failure says what a part did, and the end of its log.
func (k *keeper) failure(name, what string) error {
	text, _ := os.ReadFile(k.log(name))
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	lines = lines[max(0, len(lines)-5):]
	return fmt.Errorf("%s %s; the end of %s:\n%s", name, what, k.log(name), strings.Join(lines, "\n"))
}
