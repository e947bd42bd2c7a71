#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "provisioner/controller/export_queues.hpp"
#include "provisioner/controller/ledger.hpp"
#include "provisioner/controller/woken_keys.hpp"
#include "tests/provisioner/support/hanging_export.hpp"
#include "tests/support/storage/own_cluster.hpp"

namespace nfs::testing {

template <class T>
void fill(k8s::Store<T>& store, std::vector<T> objects) {
  store.begin_replace();
  for (auto& object : objects) store.stage(std::move(object));
  store.commit_replace();
}

/// What the parts of the service stand on: a view, a ledger, and an export in memory with its queue, which is open.
struct WiredExport : HangingExport {
  LogBook log;
  std::vector<Export> exports{{"default", "nfs.example", "/data/nfs", "/persistentvolumes"}};
  std::vector<std::unique_ptr<ExportSite>> sites;
  ClusterView view{clock};
  Ledger ledger{exports, std::string(our_name)};
  ExportQueues queues{sites, view};
  WokenKeys keys{view, ledger, std::string(our_name)};

  WiredExport() {
    sites.push_back(std::make_unique<ExportSite>(exports.front(), std::move(between), clock, log.log()));
    site().store().act_for(nfs::own_cluster);
    queues.open();
  }

  [[nodiscard]] ExportSite& site() { return *sites.front(); }
  /// The export is identified, and has an archive of the claim `web`. Its name.
  std::string put_archive(std::string const& retention) {
    site().identified(site().store().identify({}).value());
    inner.put_file("team-a/web/token", "precious");
    ArchiveRecord record;
    record.volume = "pvc-U0";
    record.claim_namespace = "team-a";
    record.claim_name = "web";
    record.original_path = "team-a/web";
    record.archived_path = "archived-team-a-web-pvc-U0";
    record.time = "2026-01-01T00:00:00Z";
    record.on_delete = "archive";
    record.retention = retention;
    (void)site().store().archive(record).value();
    return record.archived_path;
  }
  [[nodiscard]] bool stands(std::string const& path) const { return inner.dump().contains(path); }
  /// What is in the queue, sorted; it is empty then.
  [[nodiscard]] std::vector<std::string> queued() {
    std::vector<std::string> names;
    while (auto key = site().queue().try_take()) {
      site().queue().done(*key);
      names.push_back(std::move(*key));
    }
    std::ranges::sort(names);
    return names;
  }
};

}  // namespace nfs::testing
