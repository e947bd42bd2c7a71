#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "provisioner/cli/terminal.hpp"

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

/// Prints it; `none` is said instead of a table without rows. Gives the exit status 0.
int print(Terminal& terminal, Listing const& listing, bool json, std::string_view none);

}  // namespace nfs
