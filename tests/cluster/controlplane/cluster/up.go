package cluster

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
)

const (
	keeperVerb = "keep"
	// What the keeper says on its pipe when all parts are ready; anything else is why they are not.
	ready = "ready"
)

// up starts a keeper and waits for its word.
func up(dir string) error {
	if err := makeDirectories(dir); err != nil {
		return err
	}
	lock, err := takeLock(dir)
	if errors.Is(err, errLocked) {
		return fmt.Errorf("a cluster runs in %s already; 'controlplane down %s' ends it", dir, dir)
	}
	if err != nil {
		return err
	}
	failure := startKeeper(dir, lock)
	lock.Close() // the keeper has it
	if failure != nil {
		return errors.Join(failure, down(dir))
	}
	return nil
}

func makeDirectories(dir string) error {
	for _, name := range []string{"bin", "pki", "log", "volumeplugins"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
			return err
		}
	}
	return nil
}

// startKeeper returns when all is ready. Ctrl-C reaches this process alone, as the keeper is in a session of its own: a
// test that is interrupted can still clear away in the cluster.
func startKeeper(dir string, lock *os.File) error {
	if err := os.RemoveAll(filepath.Join(dir, groupFile)); err != nil {
		return err
	}
	binary, err := os.Executable()
	if err != nil {
		return err
	}
	log, err := openLog(dir, "keeper")
	if err != nil {
		return err
	}
	defer log.Close()
	hear, say, err := os.Pipe()
	if err != nil {
		return err
	}
	defer hear.Close()
	keeper := &exec.Cmd{
		Path: binary, Args: []string{"controlplane", keeperVerb, dir}, Dir: dir, Stdout: log, Stderr: log,
		ExtraFiles:  []*os.File{say, lock}, // sayFile and lockFile
		SysProcAttr: &syscall.SysProcAttr{Setsid: true},
	}
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	err = keeper.Start()
	say.Close()
	if err != nil {
		return err
	}
	go func() {
		<-interrupted
		_ = syscall.Kill(-keeper.Process.Pid, syscall.SIGKILL)
	}()
	return understand(hear, log.Name())
}

// understand waits for the keeper's word, or its end.
func understand(hear io.Reader, log string) error {
	said, err := io.ReadAll(hear)
	switch {
	case err != nil:
		return err
	case string(said) == ready:
		return nil
	case len(said) == 0:
		return fmt.Errorf("the start was interrupted; see %s", log)
	}
	return errors.New(string(said))
}

func openLog(dir, name string) (*os.File, error) {
	return os.OpenFile(filepath.Join(dir, "log", name+".log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
}
