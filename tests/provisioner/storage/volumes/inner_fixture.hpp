#pragma once

#include <string>

#include "provisioner/storage/volumes/inner_place.hpp"
#include "tests/provisioner/storage/volumes/archived_fixture.hpp"

namespace nfs::test {

using Border = MemoryFileSystem::Border;

inline std::string const inner_archived = inner_archive("team-a", archived);
inline std::string const inner_private = "team-a/.nfs-subdir-provisioner";
inline std::string const in_inner_trash = own_layout.inner_trash_of("team-a", "pvc-1");

/// The namespace's directory is mounted, and holds one volume with data.
struct Inner : Export {
  ArchiveRecord inner_record = record;
  DirectoryRequest request = request_for("team-a/web", "pvc-2");

  explicit Inner(Border border = Border::shown) {
    files.mount("team-a", border);
    files.put_file("team-a/web/token", "precious");
    inner_record.archived_path = inner_archived;
  }
  std::string archive() { return outcome(store.archive(record)); }
  std::string restore() { return outcome(store.restore(request, inner_record, true)); }
  [[nodiscard]] std::size_t known() const { return store.catalog().newest_of_claim("team-a", "web").size(); }
  void purge() {
    for (auto const& name : *store.trashed()) CHECK(outcome(store.purge_some(name, 100)) == "true");
  }
};

}  // namespace nfs::test
