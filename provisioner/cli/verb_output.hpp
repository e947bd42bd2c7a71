#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provisioner/cli/export_verbs.hpp"

namespace nfs {

/// Several rows of named texts, as a table or as a JSON list.
class Listing {
 public:
  struct Column {
    std::string_view heading;
    std::string_view key;
  };

  explicit Listing(std::vector<Column> columns) : columns_(std::move(columns)) {}

  void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  [[nodiscard]] std::string table() const;
  [[nodiscard]] std::string json() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// Says why the verb was not done, and gives its exit status: 1, or 2 if it was misused.
[[nodiscard]] int fail(Terminal& terminal, std::string const& why);
[[nodiscard]] int misused(Terminal& terminal, std::string const& why);
/// Exit status 0. `none` is said where there is no row, but not as JSON.
[[nodiscard]] int print(Terminal& terminal, Listing const& listing, bool json, std::string_view none);

}  // namespace nfs
