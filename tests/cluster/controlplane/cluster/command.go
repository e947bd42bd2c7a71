// Package cluster starts and ends a control plane of its own in a directory, on the loopback. Clusters in different
// directories do not meet: etcd listens on a unix socket there, the API server on a free port with a CA of its own.
//
// `up` leaves a keeper behind, the leader of a process group in which all parts are. Each of them holds the lock of the
// directory. So whoever can take the lock knows that nothing runs there, and whoever cannot may kill the group.
package cluster

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

const usage = `usage: controlplane up DIR                  start etcd, kube-apiserver, kube-controller-manager; returns when all are ready
       controlplane down DIR                kill what was started there; DIR stays, and ` + "`up`" + ` goes on with its data
       controlplane env DIR                 print ` + "`export`" + ` lines: KUBECONFIG, PATH (with kubectl), API_SERVER
       controlplane stop DIR PART           kill one part: etcd, kube-apiserver, kube-controller-manager, kube-scheduler
       controlplane start DIR PART [FLAG..] start it again (same port, environment of ` + "`up`" + `), with further flags

DIR/{admin,provisioner,nobody}.kubeconfig: admin may do all; the users "provisioner" and "nobody" have no rights
until a test grants some. DIR/bin/kubectl talks to the cluster as admin. DIR/log/PART.log.

Environment: OWNER_PID           take the cluster down when this process is gone
             SCHEDULER=1         start kube-scheduler too
             KCM_CONTROLLERS     kube-controller-manager's --controllers
             ETCD_FLAGS, APISERVER_FLAGS, KCM_FLAGS, SCHEDULER_FLAGS   further flags, separated by blanks
             API_PORT            the API server's port, else one that is free
             UP_DEADLINE         seconds that a start may take (60)
`

// IsVerb says whether Run knows the word.
func IsVerb(word string) bool {
	switch word {
	case "help", "up", "down", "env", "stop", "start", keeperVerb:
		return true
	}
	return false
}

// Run carries out one command and returns the status to exit with.
func Run(words []string) int {
	err := run(words)
	if errors.Is(err, errUsage) {
		fmt.Fprint(os.Stderr, usage)
		return 2
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "controlplane:", err)
		return 1
	}
	return 0
}

var errUsage = errors.New("usage")

func run(words []string) error {
	if len(words) < 2 {
		return errUsage
	}
	dir, err := filepath.Abs(words[1])
	if err != nil {
		return err
	}
	verb, more := words[0], words[2:]
	switch {
	case verb == "up" && len(more) == 0:
		return up(dir)
	case verb == "down" && len(more) == 0:
		return down(dir)
	case verb == "env" && len(more) == 0:
		return printEnvironment(os.Stdout, dir)
	case verb == "stop" && len(more) == 1, verb == "start" && len(more) >= 1:
		return ask(dir, append([]string{verb}, more...))
	case verb == keeperVerb && len(more) == 0:
		return keep(dir)
	}
	return errUsage
}
