#include "provisioner/core/class_parameters.hpp"

#include <string>
#include <utility>

#include "core_fixtures.hpp"
#include "tests/support/catch.hpp"

namespace nfs {
namespace {

using namespace testing;
using namespace std::chrono_literals;

ClassParameters parsed(k8s::StringMap const& parameters) {
  auto const result = parse_class_parameters(parameters);
  INFO(message_of(result));
  REQUIRE_FALSE(is_refused(result));
  return std::get<ClassParameters>(result);
}

TEST_CASE("A class without parameters has the defaults") {
  ClassParameters const defaults;
  CHECK(parsed({}) == defaults);
  CHECK(defaults.on_delete == OnDelete::archive);
  CHECK(defaults.on_create == OnCreate::adopt);
  CHECK(defaults.on_missing_key == OnMissingKey::refuse);
  CHECK(defaults.shared_directory == SharedDirectory::never);
  CHECK_FALSE(defaults.archive_retention);
}

TEST_CASE("Every parameter is read") {
  ClassParameters expected;
  expected.path_pattern = "${.PVC.namespace}/${.PVC.name}";
  expected.on_delete = OnDelete::retain;
  expected.on_create = OnCreate::restore;
  expected.on_missing_key = OnMissingKey::empty;
  expected.shared_directory = SharedDirectory::same_namespace;
  expected.directory_mode = 02770;
  expected.directory_uid = 1000680000;
  expected.directory_gid = 0;
  expected.allow_directory_annotations = true;
  expected.restore_across_namespace_uid = true;
  expected.archive_retention = 30 * 24h;
  expected.trash_retention = 0s;
  CHECK(parsed({{"pathPattern", "${.PVC.namespace}/${.PVC.name}"},
                {"onDelete", "retain"},
                {"archiveOnDelete", "true"},
                {"onCreate", "restore"},
                {"onMissingKey", "empty"},
                {"sharedDirectory", "sameNamespace"},
                {"directoryMode", "2770"},
                {"directoryUid", "1000680000"},
                {"directoryGid", "0"},
                {"allowDirectoryAnnotations", "true"},
                {"restoreAcrossNamespaceUid", "1"},
                {"archiveRetention", "30d"},
                {"trashRetention", "0"}}) == expected);
  CHECK(parsed({{"sharedDirectory", "always"}}).shared_directory == SharedDirectory::always);
  CHECK(parsed({{"sharedDirectory", "never"}, {"onCreate", "adopt"}, {"onMissingKey", "refuse"}}) == ClassParameters{});
}

TEST_CASE("An empty path pattern is as absent") {
  CHECK(parsed({{"pathPattern", ""}}) == ClassParameters{});
}

TEST_CASE("A pattern is taken as it is, also one that no claim can use") {
  CHECK(parsed({{"pathPattern", "${.PVC.Name}/.."}}).path_pattern == "${.PVC.Name}/..");
}

TEST_CASE("onDelete wins over archiveOnDelete") {
  struct Row {
    k8s::StringMap given;
    OnDelete policy;
  };
  auto const row = GENERATE(values<Row>({
      {{}, OnDelete::archive},
      {{{"archiveOnDelete", "true"}}, OnDelete::archive},
      {{{"archiveOnDelete", "F"}}, OnDelete::remove},
      {{{"onDelete", "delete"}}, OnDelete::remove},
      {{{"onDelete", "archive"}}, OnDelete::archive},
      {{{"onDelete", "retain"}}, OnDelete::retain},
      {{{"onDelete", "delete"}, {"archiveOnDelete", "true"}}, OnDelete::remove},
      {{{"onDelete", "archive"}, {"archiveOnDelete", "false"}}, OnDelete::archive},
      {{{"onDelete", "retain"}, {"archiveOnDelete", "false"}}, OnDelete::retain},
  }));
  CHECK(parsed(row.given).on_delete == row.policy);
}

TEST_CASE("A malformed value is refused with the parameter, the value and what is allowed") {
  struct Row {
    k8s::StringMap given;
    std::string key;
    std::string allowed;
  };
  auto const row = GENERATE(values<Row>({
      {{{"onDelete", "remove"}}, "onDelete", "archive, delete or retain"},
      {{{"onDelete", ""}}, "onDelete", "archive, delete or retain"},
      {{{"onDelete", " delete"}}, "onDelete", "archive, delete or retain"},
      {{{"archiveOnDelete", "yes"}}, "archiveOnDelete", "true or false"},
      {{{"archiveOnDelete", ""}, {"onDelete", "delete"}}, "archiveOnDelete", "true or false"},
      {{{"archiveOnDelete", "true"}, {"onDelete", "keep"}}, "onDelete", "archive, delete or retain"},
      {{{"onCreate", "make"}}, "onCreate", "adopt or restore"},
      {{{"onMissingKey", "ignore"}}, "onMissingKey", "refuse or empty"},
      {{{"sharedDirectory", "true"}}, "sharedDirectory", "never, sameNamespace or always"},
      {{{"directoryMode", "0888"}}, "directoryMode", "octal"},
      {{{"directoryUid", "root"}}, "directoryUid", "decimal"},
      {{{"directoryGid", "-1"}}, "directoryGid", "decimal"},
      {{{"allowDirectoryAnnotations", "on"}}, "allowDirectoryAnnotations", "true or false"},
      {{{"restoreAcrossNamespaceUid", "y"}}, "restoreAcrossNamespaceUid", "true or false"},
      {{{"archiveRetention", "30"}}, "archiveRetention", "s, m, h, d, w"},
      {{{"trashRetention", "never"}}, "trashRetention", "0, or a whole number above 0 and one of s, m, h, d, w"},
  }));
  auto const message = message_of(parse_class_parameters(row.given));
  INFO(message);
  CHECK(contains(message, "class parameter " + row.key + " "));
  CHECK(contains(message, "\"" + row.given.at(row.key) + "\""));
  CHECK(contains(message, row.allowed));
  CHECK_FALSE(contains(message, "did you mean"));
  CHECK(is_one_line(message));
}

TEST_CASE("An unknown parameter is refused by name, and the known ones are named") {
  std::string const key = GENERATE("server", "csi.storage.k8s.io/fstype", "", "pathPattern ", "onDeletes");
  auto const message = message_of(parse_class_parameters({{key, "x"}, {"onDelete", "delete"}}));
  INFO(message);
  CHECK(contains(message, "class parameter \"" + key + "\" is unknown"));
  CHECK(contains(message, "pathPattern, archiveOnDelete, onDelete, onCreate, onMissingKey, sharedDirectory"));
  CHECK_FALSE(contains(message, "did you mean"));
  CHECK(is_one_line(message));
}

TEST_CASE("What differs only in case gets a hint") {
  struct Row {
    k8s::StringMap given;
    std::string meant;
  };
  auto const row = GENERATE(values<Row>({
      {{{"pathpattern", "x"}}, "pathPattern"},
      {{{"OnDelete", "delete"}}, "onDelete"},
      {{{"onDelete", "Delete"}}, "delete"},
      {{{"onDelete", "ARCHIVE"}}, "archive"},
      {{{"onCreate", "Restore"}}, "restore"},
      {{{"sharedDirectory", "samenamespace"}}, "sameNamespace"},
      {{{"archiveOnDelete", "tRUE"}}, "true"},
  }));
  auto const message = message_of(parse_class_parameters(row.given));
  CHECK(contains(message, "did you mean \"" + row.meant + "\"?"));
}

TEST_CASE("A hostile value does not break out of its message") {
  auto const message = message_of(parse_class_parameters({{"onDelete", "x\n\x1b[2J" + std::string(5000, 'y')}}));
  CHECK(is_one_line(message));
  CHECK(is_one_line(message_of(parse_class_parameters({{"\n" + std::string(5000, 'k'), ""}}))));
}

TEST_CASE("Modes are octal, up to 7777") {
  CHECK(parse_mode("777") == 0777U);
  CHECK(parse_mode("0770") == 0770U);
  CHECK(parse_mode("2770") == 02770U);
  CHECK(parse_mode("7777") == 07777U);
  CHECK(parse_mode("0000007") == 07U);
  CHECK(parse_mode("0") == 0U);
  std::string const bad = GENERATE("", "8", "10000", "0o777", "-7", "+7", " 7", "7 ", "0x1ff", "77777777777777777777");
  INFO(bad);
  CHECK_FALSE(parse_mode(bad));
}

TEST_CASE("Ids are decimal, up to 4294967294") {
  CHECK(parse_id("0") == 0U);
  CHECK(parse_id("65534") == 65534U);
  CHECK(parse_id("4294967294") == 4294967294U);
  std::string const bad = GENERATE("", "4294967295", "4294967296", "-1", "+1", "1.0", "1e3", "a", "1a", " 1");
  INFO(bad);
  CHECK_FALSE(parse_id(bad));
}

TEST_CASE("Numbers of more than 32 digits are malformed: some of a longer text may have been cut off") {
  CHECK(parse_mode(std::string(31, '0') + "7") == 7U);
  CHECK_FALSE(parse_mode(std::string(32, '0') + "7"));
  CHECK(parse_id(std::string(31, '0') + "7") == 7U);
  CHECK_FALSE(parse_id(std::string(32, '0') + "7"));
}

TEST_CASE("Retentions are whole numbers with a unit, up to a hundred years") {
  CHECK(parse_retention("45s") == 45s);
  CHECK(parse_retention("90m") == 90min);
  CHECK(parse_retention("12h") == 12h);
  CHECK(parse_retention("30d") == 720h);
  CHECK(parse_retention("2w") == 336h);
  CHECK(parse_retention("36500d") == 36500 * 24h);
  std::string const bad = GENERATE("", "s", "0s", "0d", "1", "1y", "1D", "1.5h", "-1d", "+1d", " 1d", "1d ", "1dd",
                                   "1h30m", "36501d", "5215w", "99999999999999999999w");
  INFO(bad);
  CHECK_FALSE(parse_retention(bad));
}

TEST_CASE("Booleans are the words that Go takes, and no others") {
  for (auto const* word : {"1", "t", "T", "TRUE", "true", "True"}) CHECK(parse_go_bool(word) == true);
  for (auto const* word : {"0", "f", "F", "FALSE", "false", "False"}) CHECK(parse_go_bool(word) == false);
  for (auto const* word : {"", "yes", "no", "on", "tRUE", "true ", "2", "00"}) CHECK_FALSE(parse_go_bool(word));
}

TEST_CASE("What rests in the trash does so not at all, or for as long as a retention says") {
  CHECK(parse_trash_retention("0") == 0s);
  CHECK(parse_trash_retention("30m") == 30min);
  CHECK(parse_trash_retention("36500d") == 36500 * 24h);
  for (auto const* bad : {"", "00", "0s", "0d", "-1h", "1", "h", "1.5h", "1y", "36501d", " 1h", "for ever"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_trash_retention(bad));
  }
}

TEST_CASE("How long data is kept: not at all, for the archive's retention, or for ever") {
  CHECK(kept_for(OnDelete::remove, std::nullopt) == 0s);
  CHECK(kept_for(OnDelete::remove, 30s) == 0s);
  CHECK(kept_for(OnDelete::archive, 30s) == 30s);
  CHECK(kept_for(OnDelete::archive, std::nullopt) == std::nullopt);
  CHECK(kept_for(OnDelete::retain, 30s) == std::nullopt);
}

TEST_CASE("A policy's spelling can be read back") {
  auto const policy = GENERATE(OnDelete::archive, OnDelete::remove, OnDelete::retain);
  CHECK(parse_on_delete(to_string(policy)) == policy);
  CHECK_FALSE(parse_on_delete("remove"));
  CHECK_FALSE(parse_on_delete("Delete"));
}

}  // namespace
}  // namespace nfs
