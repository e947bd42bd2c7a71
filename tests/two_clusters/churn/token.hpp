#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace nfs::test {

/// A file that a tenant writes into the directory of a Bound claim. There is one for each claim, and it says whose it
/// is.
struct Token {
  std::string cluster;
  std::string name_space;
  std::string claim;
  std::string uid;  ///< the claim's

  bool operator==(Token const&) const = default;

  /// Of the same claim, or of one that had its name before or after it, in the same cluster.
  [[nodiscard]] bool same_line(Token const& other) const {
    return cluster == other.cluster && name_space == other.name_space && claim == other.claim;
  }
};

[[nodiscard]] std::string to_text(Token const& token);
void write_token(std::filesystem::path const& directory, Token const& token);
[[nodiscard]] bool is_token(std::filesystem::path const& file);
/// What cannot be read is a token of nobody.
[[nodiscard]] Token read_token(std::filesystem::path const& file);
/// Those that stand in the directory itself. None where it does not stand.
[[nodiscard]] std::vector<Token> tokens_in(std::filesystem::path const& directory);

}  // namespace nfs::test
