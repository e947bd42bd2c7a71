// Prints metrics as the program would, with what is hard to write in them: for parse_metrics.py.
#include <cstdio>

#include "provisioner/observe/metrics.hpp"

int main() {
  using namespace std::chrono_literals;
  std::string const hard = "back\\slash \"quotes\"\nline größer {}=,";
  nfs::Metrics metrics({{"default", "nfs.example", "/data/nfs", "/mnt"}, {hard, "nfs.example", "/other", "/other"}},
                       "https://api.example:6443", k8s::system_clock());
  metrics.know_class("quiet");
  metrics.know_class(hard);
  k8s::Volume volume;
  volume.storage_class_name = hard;
  metrics.provisioned(volume, 20ms);
  metrics.provisioned(volume, 1h);
  metrics.deleted(volume, 0ms);
  metrics.directory_missing(volume);
  metrics.delete_failed(volume, "why");
  metrics.provision_failed({}, "why");
  metrics.requests().count(k8s::Method::get, 0);
  metrics.requests().count(k8s::Method::patch, 200);
  metrics.queue(0).added();
  metrics.queue(0).taken(3us);
  metrics.queue(0).finished(2h);
  nfs::StatusReport report;
  report.version = hard;
  report.lease = "example.com-nfs";
  report.exports = {{.name = "default", .space = nfs::ExportSpace{1, 1ULL << 60}}, {.name = hard, .trouble = hard}};
  report.classes = {{.name = hard, .volumes = {1, 2, 3, 4, 5}}, {.name = "quiet"}};
  std::puts(metrics.text(report).c_str());
}
