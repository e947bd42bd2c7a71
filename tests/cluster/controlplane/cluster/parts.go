package cluster

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// What claims and volumes need, and no more: a cluster that starts in seconds.
const defaultControllers = "persistentvolume-binder-controller,persistentvolume-expander-controller," +
	"persistentvolumeclaim-protection-controller,persistentvolume-protection-controller,namespace-controller," +
	"serviceaccount-controller,garbage-collector-controller"

// In the order in which they need each other.
var partNames = []string{"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"}

// The variables with further flags of each part.
var flagVariables = map[string]string{
	"etcd":                    "ETCD_FLAGS",
	"kube-apiserver":          "APISERVER_FLAGS",
	"kube-controller-manager": "KCM_FLAGS",
	"kube-scheduler":          "SCHEDULER_FLAGS",
}

func isPart(name string) bool { return flagVariables[name] != "" }

// settings are what the environment says.
type settings struct {
	controllers string
	scheduler   bool
	further     map[string][]string // of each part
	port        int                 // 0: one that is free
	deadline    time.Duration
	owner       int // 0: nobody
}

func readSettings(variable func(string) string) (settings, error) {
	set := settings{controllers: variable("KCM_CONTROLLERS"), scheduler: variable("SCHEDULER") == "1"}
	if set.controllers == "" {
		set.controllers = defaultControllers
	}
	set.further = map[string][]string{}
	for name, flags := range flagVariables {
		set.further[name] = strings.Fields(variable(flags))
	}
	seconds := 60
	for name, number := range map[string]*int{"API_PORT": &set.port, "OWNER_PID": &set.owner, "UP_DEADLINE": &seconds} {
		text := variable(name)
		if text == "" {
			continue
		}
		read, err := strconv.Atoi(text)
		if err != nil || read < 0 {
			return settings{}, fmt.Errorf("%s=%s is no number", name, text)
		}
		*number = read
	}
	set.deadline = time.Duration(seconds) * time.Second
	return set, nil
}

// flagsOf gives the command line of a part. Everything runs in dir: paths stay short, those of sockets too.
func (s settings) flagsOf(name, dir string) ([]string, error) {
	var flags string
	switch name {
	case "etcd":
		flags = `--data-dir etcd --unsafe-no-fsync --log-level error
			--listen-client-urls unix://etcd.sock:0 --advertise-client-urls unix://etcd.sock:0
			--listen-peer-urls unix://peer.sock:0 --initial-advertise-peer-urls unix://peer.sock:0
			--initial-cluster default=unix://peer.sock:0`
	case "kube-apiserver":
		port, err := os.ReadFile(filepath.Join(dir, "api.port"))
		if err != nil {
			return nil, err
		}
		flags = `--etcd-servers unix://etcd.sock:0 --bind-address 127.0.0.1 --secure-port ` + string(port) + `
			--advertise-address 127.0.0.1 --endpoint-reconciler-type none --service-cluster-ip-range 10.96.0.0/16
			--cert-dir pki --tls-cert-file pki/apiserver.crt --tls-private-key-file pki/apiserver.key
			--client-ca-file pki/ca.crt --token-auth-file pki/tokens.csv --authorization-mode RBAC
			--service-account-key-file pki/sa.pub --service-account-signing-key-file pki/sa.key
			--service-account-issuer https://kubernetes.default.svc --allow-privileged`
	case "kube-controller-manager":
		flags = `--kubeconfig admin.kubeconfig --leader-elect=false --secure-port 0 --controllers ` + s.controllers + `
			--kube-api-qps 20 --kube-api-burst 30 --flex-volume-plugin-dir volumeplugins
			--service-account-private-key-file pki/sa.key --root-ca-file pki/ca.crt`
	case "kube-scheduler":
		flags = `--kubeconfig admin.kubeconfig --leader-elect=false --secure-port 0`
	default:
		return nil, fmt.Errorf("there is no part %q", name)
	}
	return append(strings.Fields(flags), s.further[name]...), nil
}
