#pragma once

#include <string>
#include <string_view>

#include "provisioner/storage/volumes/private_layout.hpp"
#include "tests/provisioner/storage/volumes/export_fixture.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {

inline constexpr auto archived = "archived-team-a-web-pvc-1";
inline auto const record_file = layout::record_of("pvc-1");
inline auto const record = archive_of("team-a/web");

/// An export with one archive, of pvc-1, and the request of pvc-2 for the same path.
struct Archived : Export {
  DirectoryRequest request = request_for("team-a/web", "pvc-2");

  Archived() {
    files.put_file("team-a/web/token", "precious");
    files.put_file("team-a/web/deep/\xff odd", std::string("a\0b", 3));
    REQUIRE(outcome(store.archive(record)) == "archived");
  }
  std::string restore(bool asked_for = true) { return outcome(store.restore(request, record, asked_for)); }
  [[nodiscard]] std::size_t known() const { return store.catalog().newest_of_claim("team-a", "web").size(); }
  void put_record(std::string_view text) { files.put_file(record_file, text); }
};

/// The program dies and starts again, as the service does it.
struct Restarted {
  VolumeStore store;
  ArchiveSurvey survey;
  explicit Restarted(FileSystem& files) : store(files, own_cluster) {
    REQUIRE(store.identify({}).has_value());
    REQUIRE(store.intents().has_value());
    survey = *store.survey_archives();
  }
};

}  // namespace nfs::test
