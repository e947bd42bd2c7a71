#include <fstream>
#include <set>
#include <sstream>

#include "provisioner/cli/settings_table.hpp"
#include "tests/provisioner/support/app_fixtures.hpp"
#include "tests/support/catch.hpp"

using namespace nfs;
using namespace nfs::testing;

TEST_CASE("the table of settings in the documents is the one that the program prints") {
  std::ifstream file(SETTINGS_PAGE);
  REQUIRE(file);
  std::stringstream text;
  text << file.rdbuf();
  CHECK(contains(text.str(), settings_table()));
}

TEST_CASE("no two settings share a flag or a variable, and each says what it means") {
  std::set<std::string_view> flags;
  std::set<std::string_view> variables;
  for (auto const& setting : settings()) {
    INFO(setting.flag);
    CHECK(setting.flag.starts_with("--"));
    CHECK(flags.insert(setting.flag).second);
    if (!setting.environment.empty()) CHECK(variables.insert(setting.environment).second);
    CHECK(setting.help.ends_with('.'));
  }
}
