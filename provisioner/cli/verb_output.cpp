#include "provisioner/cli/verb_output.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <ostream>

#include "provisioner/cli/text_table.hpp"

namespace nfs {

std::string Listing::table() const {
  std::vector<std::string> headings;
  for (auto const& column : columns_) headings.emplace_back(column.heading);
  TextTable table(std::move(headings));
  for (auto const& row : rows_) {
    std::vector<std::string> cells;
    for (auto const& cell : row) cells.push_back(cell.empty() ? "-" : cell);
    table.row(std::move(cells));
  }
  return table.text();
}

std::string Listing::json() const {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  writer.StartArray();
  for (auto const& row : rows_) {
    writer.StartObject();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      writer.Key(columns_[i].key.data(), static_cast<rapidjson::SizeType>(columns_[i].key.size()));
      writer.String(row[i].c_str());
    }
    writer.EndObject();
  }
  writer.EndArray();
  return std::string(buffer.GetString()) + "\n";
}

int fail(Terminal& terminal, std::string const& why) {
  terminal.error << "nfs-subdir-provisioner: " << why << "\n";
  return 1;
}

int misused(Terminal& terminal, std::string const& why) {
  (void)fail(terminal, why);
  return 2;
}

int print(Terminal& terminal, Listing const& listing, bool json, std::string_view none) {
  if (json)
    terminal.out << listing.json();
  else if (listing.empty())
    terminal.out << none << "\n";
  else
    terminal.out << listing.table();
  return 0;
}

}  // namespace nfs
