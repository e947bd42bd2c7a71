#include "tests/two_clusters/churn/token.hpp"

#include <fstream>
#include <stdexcept>

namespace nfs::test {
namespace fs = std::filesystem;

std::string to_text(Token const& token) {
  return token.cluster + " " + token.name_space + "/" + token.claim + " " + token.uid;
}

void write_token(fs::path const& directory, Token const& token) {
  std::ofstream file(directory / ("token-" + token.uid));
  file << token.cluster << " " << token.name_space << " " << token.claim << " " << token.uid << "\n";
  if (!file.flush()) throw std::runtime_error{"cannot write the token of " + to_text(token)};
}

bool is_token(fs::path const& file) {
  return file.filename().string().starts_with("token-");
}

Token read_token(fs::path const& file) {
  Token token;
  std::ifstream in(file);
  in >> token.cluster >> token.name_space >> token.claim >> token.uid;
  return token;
}

std::vector<Token> tokens_in(fs::path const& directory) {
  std::vector<Token> all;
  std::error_code missing;
  for (auto const& entry : fs::directory_iterator(directory, missing))
    if (is_token(entry.path())) all.push_back(read_token(entry.path()));
  return all;
}

}  // namespace nfs::test
