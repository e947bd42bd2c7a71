#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace nfs {

/// Columns as wide as their widest cell, three blanks between, headings first: as kubectl prints.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> headings) : rows_{std::move(headings)} {}

  void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  [[nodiscard]] std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace nfs
