// Command controlplane is a whole Kubernetes control plane, and kubectl, in one
// binary: the first argument (or the name it is called by) chooses the part.
// With `up DIR` and other verbs it runs all parts together (package cluster).
// The tests and the demo run against it; nothing of it is shipped.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"controlplane/cluster"

	"github.com/spf13/cobra"
	etcd "go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	kubectl "k8s.io/kubectl/pkg/cmd"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
)

func main() {
	part := filepath.Base(os.Args[0])
	if part == "controlplane" && len(os.Args) > 1 {
		part = os.Args[1]
		os.Args = os.Args[1:]
	}
	if cluster.IsVerb(part) {
		os.Exit(cluster.Run(os.Args))
	}
	var command *cobra.Command
	switch part {
	case "etcd":
		etcd.Main(os.Args)
		return
	case "kube-apiserver":
		command = apiserver.NewAPIServerCommand()
	case "kube-controller-manager":
		command = controllermanager.NewControllerManagerCommand()
	case "kube-scheduler":
		command = scheduler.NewSchedulerCommand()
	case "kubectl":
		command = kubectl.NewDefaultKubectlCommand()
		if err := cli.RunNoErrOutput(command); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	default:
		fmt.Fprintf(os.Stderr, "controlplane: unknown part %q: etcd, kube-apiserver, kube-controller-manager, kube-scheduler or kubectl; up, down, env, stop or start\n", part)
		os.Exit(2)
	}
	os.Exit(cli.Run(command))
}
