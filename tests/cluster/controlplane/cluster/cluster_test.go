package cluster

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The test binary stands in for the control plane's: it has the verbs, and parts that only look like parts.
func TestMain(m *testing.M) {
	if os.Args[0] != "controlplane" {
		os.Exit(m.Run())
	}
	if IsVerb(os.Args[1]) {
		os.Exit(Run(os.Args[1:]))
	}
	standIn(os.Args[1], os.Args[2:])
}

func standIn(part string, flags []string) {
	fmt.Println(part, "runs with", strings.Join(flags, " "))
	if slices.Contains(flags, "--fail") {
		fmt.Println("no such flag")
		os.Exit(1)
	}
	if part == "kube-apiserver" && !slices.Contains(flags, "--hang") {
		serve("127.0.0.1:" + flags[slices.Index(flags, "--secure-port")+1])
	}
	time.Sleep(time.Hour)
}

// It answers to the administrator alone.
func serve(address string) {
	token, _ := readToken(".", "admin")
	handler := func(answer http.ResponseWriter, asked *http.Request) {
		if asked.Header.Get("Authorization") != "Bearer "+token {
			answer.WriteHeader(http.StatusUnauthorized)
		}
	}
	fmt.Println(http.ListenAndServeTLS(address, "pki/apiserver.crt", "pki/apiserver.key", http.HandlerFunc(handler)))
	os.Exit(1)
}

// control runs a verb as a process of its own. What it says is the error.
func control(words []string, environment ...string) error {
	binary, err := os.Executable()
	if err != nil {
		return err
	}
	var said bytes.Buffer
	command := exec.Cmd{Path: binary, Args: append([]string{"controlplane"}, words...), Stderr: &said}
	command.Env = append(os.Environ(), environment...)
	if err := command.Run(); err != nil {
		return fmt.Errorf("%w: %s", err, said.String())
	}
	return nil
}

func emptyDirectory(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "c")
	t.Cleanup(func() { expect(t, control([]string{"down", dir})) })
	return dir
}

func startedCluster(t *testing.T, environment ...string) string {
	t.Helper()
	dir := emptyDirectory(t)
	expect(t, control([]string{"up", dir}, environment...))
	return dir
}

func expect(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func expectRefused(t *testing.T, err error, part string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), part) {
		t.Fatalf("not refused with %q: %v", part, err)
	}
}

func answers(t *testing.T, dir string) bool {
	t.Helper()
	port, err := readNumber(filepath.Join(dir, "api.port"))
	expect(t, err)
	client, err := newClient(dir, port)
	expect(t, err)
	return client.answers("/readyz")
}

// becomesTrue waits for half a minute at most.
func becomesTrue(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("not so: " + what)
		}
	}
}

func logOf(t *testing.T, dir, part string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "log", part+".log"))
	expect(t, err)
	return string(text)
}

func TestAPartIsStoppedAndStartedAgain(t *testing.T) {
	dir := startedCluster(t)
	expectRefused(t, control([]string{"up", dir}), "a cluster runs in "+dir+" already")
	expectRefused(t, control([]string{"start", dir, "kube-apiserver"}), "runs already")
	expectRefused(t, control([]string{"stop", dir, "kubelet"}), `there is no part "kubelet"`)
	expect(t, control([]string{"stop", dir, "kube-apiserver"}))
	if answers(t, dir) {
		t.Fatal("it answers after it was stopped")
	}
	expect(t, control([]string{"stop", dir, "kube-apiserver"}))
	expect(t, control([]string{"start", dir, "kube-apiserver", "--further", "flag"}))
	becomesTrue(t, "it answers again, on the same port", func() bool { return answers(t, dir) })
	if log := logOf(t, dir, "kube-apiserver"); !strings.Contains(log, "--further flag") {
		t.Fatal(log)
	}
}

func TestDownEndsAllAndUpGoesOn(t *testing.T) {
	dir := startedCluster(t, "KCM_FLAGS=--one --two", "SCHEDULER=1")
	becomesTrue(t, "it was given its further flags", func() bool {
		return strings.Contains(logOf(t, dir, "kube-controller-manager"), "--one --two")
	})
	becomesTrue(t, "there is a scheduler", func() bool { return strings.Contains(logOf(t, dir, "kube-scheduler"), "runs") })
	token, err := readToken(dir, "nobody")
	expect(t, err)
	expect(t, control([]string{"down", dir}))
	if answers(t, dir) {
		t.Fatal("it answers after its end")
	}
	expect(t, control([]string{"down", dir}))
	expectRefused(t, control([]string{"stop", dir, "etcd"}), "no cluster runs in "+dir)
	expect(t, control([]string{"up", dir}))
	if again, err := readToken(dir, "nobody"); err != nil || again != token {
		t.Fatal("the keys are new")
	}
}

func TestAPartThatFailsIsNamedWithItsLog(t *testing.T) {
	dir := emptyDirectory(t)
	err := control([]string{"up", dir}, "APISERVER_FLAGS=--fail")
	expectRefused(t, err, "kube-apiserver ended at once; the end of "+dir+"/log/kube-apiserver.log:\n")
	expectRefused(t, err, "\nno such flag\n")
	lock, err := takeLock(dir)
	expect(t, err)
	expect(t, lock.Close())
}

func TestAClusterThatDoesNotGetReadyIsGivenUp(t *testing.T) {
	dir := emptyDirectory(t)
	err := control([]string{"up", dir}, "APISERVER_FLAGS=--hang", "UP_DEADLINE=0")
	expectRefused(t, err, "kube-apiserver did not get ready within 0s")
	expectRefused(t, control([]string{"up", dir}, "UP_DEADLINE=soon"), "UP_DEADLINE=soon is no number")
}

func TestItEndsWithItsOwner(t *testing.T) {
	owner := exec.Command("sleep", "600")
	expect(t, owner.Start())
	dir := startedCluster(t, "OWNER_PID="+strconv.Itoa(owner.Process.Pid))
	expect(t, owner.Process.Kill())
	_ = owner.Wait()
	becomesTrue(t, "the cluster is gone", func() bool { return ended(dir) })
}

func TestThePartsEndWithTheirKeeper(t *testing.T) {
	dir := startedCluster(t)
	keeper, err := readNumber(filepath.Join(dir, groupFile))
	expect(t, err)
	expect(t, syscall.Kill(keeper, syscall.SIGKILL))
	becomesTrue(t, "the parts are gone", func() bool { return ended(dir) })
}

func ended(dir string) bool {
	lock, err := takeLock(dir)
	if err != nil {
		return false
	}
	return lock.Close() == nil
}

func TestTheEnvironmentIsForAShell(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "it's a cluster")
	expect(t, os.Mkdir(dir, 0o755))
	expectRefused(t, printEnvironment(os.Stdout, dir), "no cluster was started")
	expect(t, writeFile(dir, "api.port", "20001\n", 0o644))
	var lines bytes.Buffer
	expect(t, printEnvironment(&lines, dir))
	said, err := exec.Command("sh", "-c", lines.String()+`echo "$KUBECONFIG $API_SERVER ${PATH%%:*}"`).Output()
	expect(t, err)
	if string(said) != dir+"/admin.kubeconfig https://127.0.0.1:20001 "+dir+"/bin\n" {
		t.Fatal(string(said))
	}
}

func TestTheCertificateIsOfTheAuthority(t *testing.T) {
	dir := t.TempDir()
	expect(t, makeKeys(dir))
	if _, err := tls.LoadX509KeyPair(dir+"/apiserver.crt", dir+"/apiserver.key"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"127.0.0.1", "10.96.0.1", "kubernetes.default.svc"} {
		option := "-verify_ip"
		if strings.HasPrefix(name, "kubernetes") {
			option = "-verify_hostname"
		}
		said, err := exec.Command("openssl", "verify", "-x509_strict", "-purpose", "sslserver", option, name,
			"-CAfile", dir+"/ca.crt", dir+"/apiserver.crt").CombinedOutput()
		if err != nil {
			t.Fatal(string(said))
		}
	}
}
