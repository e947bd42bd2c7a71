#include "provisioner/cli/settings_file.hpp"

#include "tests/provisioner/support/app_fixtures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_directory.hpp"

using namespace nfs;
using namespace nfs::testing;

namespace {

OrRefusal<SettingsFile> read(std::string const& text) {
  k8s::test::TemporaryDirectory const directory;
  return read_settings_file(directory.write("config.yaml", text));
}

std::string why(OrRefusal<SettingsFile> const& result) {
  auto const* refusal = std::get_if<Refusal>(&result);
  return refusal == nullptr ? "accepted" : refusal->message;
}

}  // namespace

TEST_CASE("a settings file has values by flag name, and exports") {
  auto const result = read(
      "# how we serve\nworkers: 4\nbinding: \"eager\"\nexports:\n- name: fast\n  server: nfs.example\n"
      "  path: /fast\n  mount: /mnt/fast\n");
  REQUIRE(std::holds_alternative<SettingsFile>(result));
  auto const& file = std::get<SettingsFile>(result);
  CHECK(file.values.size() == 2);
  CHECK(file.values.at("workers") == "4");
  CHECK(file.values.at("binding") == "eager");
  CHECK(file.exports == std::vector<Export>{{"fast", "nfs.example", "/fast", "/mnt/fast"}});
}

TEST_CASE("an empty settings file says nothing") {
  for (auto const* text : {"", "\n", "# nothing\n", "---\n", "{}\n"}) {
    INFO(text);
    CHECK(why(read(text)) == "accepted");
  }
}

TEST_CASE("what is wrong with a settings file is said with its line") {
  struct Row {
    std::string text;
    std::string part;
    std::string line;
  };
  std::vector<Row> const table{
      {"workers: 4\nworker: 4\n", "unknown setting \"worker\"", "line 2"},
      {"config: other.yaml\n", "unknown setting \"config\"", "line 1"},
      {"workers: 4\nbinding: eager\nworkers: 5\n", "\"workers\" stands there twice", "line 3"},
      {"workers: [4]\n", "\"workers\" must be a plain value", "line 1"},
      {"\n\nworkers: {a: b}\n", "\"workers\" must be a plain value", "line 3"},
      {"- workers\n", "expected `name: value` lines", "line 1"},
      {"just text\n", "expected `name: value` lines", "line 1"},
      {"workers: 4\nbinding: a: b\n", "", "line 2"},
      {"exports: nfs.example\n", "\"exports\" must be a list", "line 1"},
      {"exports:\n- nfs.example\n", "an export must have name, server, path and mount", "line 2"},
      {"exports:\n- {name: a, server: s, path: /a}\n", "an export lacks \"mount\"", "line 2"},
      {"exports:\n- {name: a, server: s, path: /a, mount: \"\"}\n", "an export lacks \"mount\"", "line 2"},
      {"exports:\n- name: a\n  servr: s\n", "unknown key \"servr\" in an export", "line 3"},
      {"exports:\n- {name: [a], server: s, path: /a, mount: /m}\n", "\"name\" must be a plain value", "line 2"},
      {"exports:\n- {name: a, name: b, server: s, path: /a, mount: /m}\n", "\"name\" stands there twice", "line 2"},
      {"exports: []\nworkers: 4\nexports: []\n", "\"exports\" stands there twice", "line 3"},
      {"[a]: b\n", "\"key\" must be a plain value", "line 1"},
  };
  for (auto const& row : table) {
    auto const message = why(read(row.text));
    INFO(row.text << "\n" << message);
    CHECK(contains(message, row.part));
    CHECK(contains(message, row.line));
    CHECK(contains(message, "config.yaml"));
    CHECK(message.starts_with("--config: "));
  }
}

TEST_CASE("a settings file that is not there, is a directory or is too large is refused") {
  k8s::test::TemporaryDirectory const directory;
  CHECK(contains(why(read_settings_file(directory.path("missing.yaml"))), "cannot read"));
  CHECK(contains(why(read_settings_file(directory.path())), "cannot read"));
  CHECK(why(read("#" + std::string((1 << 20) - 2, 'x') + "\n")) == "accepted");
  CHECK(contains(why(read("#" + std::string(1 << 20, 'x') + "\n")), "larger than 1 MiB"));
}

TEST_CASE("nesting without end is refused, not followed") {
  CHECK(why(read("workers: " + std::string(100'000, '['))) != "accepted");
}
