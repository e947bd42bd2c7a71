#include <fmt/format.h>

#include "k8s/auth/credentials.hpp"
#include "k8s/http/bounded_file.hpp"

namespace k8s {
namespace {

constexpr std::size_t largest_token = 256u << 10;

/// Files and base64 often end in a newline.
std::string trimmed(std::string_view text) {
  auto const first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return std::string{text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1)};
}

Result<std::string> read_token(std::string const& file) {
  auto const text = read_bounded_file(file, largest_token);
  if (text.has_error()) return text;
  auto token = trimmed(*text);
  if (token.empty()) return make_error(ErrorKind::config, fmt::format("{}: no token in it", file));
  return token;
}

}  // namespace

TokenSource::TokenSource(Material token, std::chrono::seconds max_age)
    : material_{std::move(token)}, max_age_{max_age}, cached_{trimmed(material_.data)} {}

Result<std::string> TokenSource::token() {
  MutexLock const lock(mutex_);
  if (!material_.data.empty() || material_.file.empty()) return cached_;
  auto const now = std::chrono::steady_clock::now();
  if (read_at_ && now - *read_at_ < max_age_) return cached_;

  auto token = read_token(material_.file);
  if (token.has_error()) return cached_.empty() ? token : Result<std::string>{cached_};
  cached_ = *std::move(token);
  read_at_ = now;
  return cached_;
}

void TokenSource::invalidate() {
  MutexLock const lock(mutex_);
  read_at_.reset();
}

}  // namespace k8s
