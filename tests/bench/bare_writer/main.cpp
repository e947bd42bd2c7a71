// Makes the writes that a provisioner which binds has to make for each claim, and nothing else: no directory, no check,
// no Event, no retry. How fast that is, is the limit for everybody on the same machine.
//
// Environment: upstream's (KUBECONFIG, PROVISIONER_NAME, NFS_SERVER, NFS_PATH), and BINDING: "direct" waits for
// kube-controller-manager's annotation, "eager" does not.
#include <signal.h>

#include <cstdlib>
#include <iostream>
#include <stdexcept>

#include "tests/bench/bare_writer/writer.hpp"

namespace {

std::string variable(char const* name) {
  auto const* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets any
  if (value == nullptr) throw std::runtime_error{std::string("not set: ") + name};
  return value;
}

}  // namespace

int main() try {
  nfs::bench::Writer writer({.kubeconfig = variable("KUBECONFIG"),
                             .provisioner = variable("PROVISIONER_NAME"),
                             .server = variable("NFS_SERVER"),
                             .path = variable("NFS_PATH"),
                             .waits_for_annotation = variable("BINDING") == "direct"});
  writer.run();
} catch (std::exception const& error) {
  std::cerr << "bare writer: " << error.what() << "\n";
  return 1;
}
