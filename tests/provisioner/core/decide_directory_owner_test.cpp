#include "tests/provisioner/core/claim_cases.hpp"

using namespace nfs;
using namespace nfs::testing;

TEST_CASE("mode and owner of the directory: settings, then the class, then the claim where the class allows it") {
  struct Row {
    std::string what;
    std::function<void(World&)> change;
    std::uint32_t mode;
    std::optional<std::uint32_t> uid;
    std::optional<std::uint32_t> gid;
  };
  auto const annotate = [](World& world) {
    world.claim.meta.annotations.insert({{std::string(names::directory_mode), "0700"},
                                         {std::string(names::directory_uid), "30"},
                                         {std::string(names::directory_gid), "31"}});
  };
  auto const by_settings = [](World& world) { world.settings.directories = {0750, 10, 11}; };
  auto const by_class = [](World& world) {
    world.storage_class->parameters.insert({{"directoryMode", "0770"}, {"directoryUid", "20"}, {"directoryGid", "21"}});
  };
  std::vector<Row> const table{
      {"by default", [](World&) {}, 0777, {}, {}},
      {"settings", by_settings, 0750, 10, 11},
      {"the class wins",
       [&](World& world) {
         by_settings(world);
         by_class(world);
       },
       0770, 20, 21},
      {"annotations that are not allowed",
       [&](World& world) {
         by_class(world);
         annotate(world);
       },
       0770, 20, 21},
      {"annotations that are allowed win",
       [&](World& world) {
         by_class(world);
         annotate(world);
         world.storage_class->parameters["allowDirectoryAnnotations"] = "true";
       },
       0700, 30, 31},
  };
  for (auto const& row : table) {
    INFO(row.what);
    World world;
    row.change(world);
    auto const made = action<MakeDirectory>(world.on_claim());
    CHECK(made.mode == row.mode);
    CHECK(made.uid == row.uid);
    CHECK(made.gid == row.gid);
  }
  for (auto const& [key, value] : std::vector<std::pair<std::string_view, std::string>>{
           {names::directory_mode, "rwx"}, {names::directory_uid, "root"}, {names::directory_gid, "-1"}}) {
    World world;
    world.claim.meta.annotations.emplace(key, value);
    CHECK(text_of(world.on_claim()) == provisions);
    world.storage_class->parameters["allowDirectoryAnnotations"] = "true";
    auto const text = text_of(world.on_claim());
    INFO(text);
    CHECK(text.starts_with("refuse: "));
    CHECK(contains(text, "annotation " + std::string(key) + " must be"));
  }
}
