package cluster

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
)

// Files that a keeper gets from `up`.
const (
	sayFile  = 3
	lockFile = 4
)

// part is a process that was started.
type part struct {
	process *os.Process
	ended   chan struct{} // closed when it has ended and is reaped, its sockets too
}

func (p part) isRunning() bool {
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// keeper starts the parts, and starts them again when it is asked to. One goroutine, which never leaves its thread, has
// it: the kernel kills the parts when that thread is gone.
type keeper struct {
	dir      string
	binary   string
	lock     *os.File
	settings settings
	parts    map[string]part
	requests <-chan request
}

// keep runs in a session of its own, as the leader of the group. It returns only if the cluster did not start.
func keep(dir string) error {
	runtime.LockOSThread()
	syscall.CloseOnExec(sayFile)
	syscall.CloseOnExec(lockFile) // the parts get it by another number
	say := os.NewFile(sayFile, "say")
	k, err := start(dir)
	if err != nil {
		fmt.Fprint(say, err)
		return err
	}
	fmt.Fprint(say, ready)
	say.Close()
	for asked := range k.requests {
		asked.answer <- k.obey(asked.words)
	}
	return nil
}

// outlive kills the group, and with it this process, when the owner is gone.
func outlive(owner int) {
	for !errors.Is(syscall.Kill(owner, 0), syscall.ESRCH) {
		time.Sleep(200 * time.Millisecond)
	}
	_ = syscall.Kill(0, syscall.SIGKILL)
}

// run starts one part. It is in the keeper's group, holds the lock, and dies with the keeper.
func (k *keeper) run(name string, more ...string) error {
	flags, err := k.settings.flagsOf(name, k.dir)
	if err != nil {
		return err
	}
	log, err := openLog(k.dir, name)
	if err != nil {
		return err
	}
	defer log.Close()
	command := &exec.Cmd{
		Path: k.binary, Args: append(append([]string{"controlplane", name}, flags...), more...), Dir: k.dir,
		Stdout: log, Stderr: log, ExtraFiles: []*os.File{k.lock},
		SysProcAttr: &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL},
	}
	if err := command.Start(); err != nil {
		return err
	}
	started := part{command.Process, make(chan struct{})}
	k.parts[name] = started
	go func() {
		_ = command.Wait()
		close(started.ended)
	}()
	return nil
}

func (k *keeper) log(name string) string { return filepath.Join(k.dir, "log", name+".log") }

// obey carries out what was asked: stop PART, or start PART FLAG..
func (k *keeper) obey(words []string) error {
	if len(words) < 2 {
		return errUsage
	}
	name := words[1]
	if !isPart(name) {
		return fmt.Errorf("there is no part %q", name)
	}
	found, started := k.parts[name]
	running := started && found.isRunning()
	switch words[0] {
	case "stop":
		if running {
			_ = found.process.Kill()
			<-found.ended
		}
		return nil
	case "start":
		if running {
			return fmt.Errorf("%s runs already in %s", name, k.dir)
		}
		return k.run(name, words[2:]...)
	}
	return errUsage
}
