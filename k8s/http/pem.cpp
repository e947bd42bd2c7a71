#include "k8s/http/pem.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include "k8s/http/bounded_file.hpp"

namespace k8s {
namespace {

constexpr std::size_t largest_pem = 4u << 20;

/// Empty when the text may be used. OpenSSL looks closer when it connects.
std::string_view complaint_about(std::string_view text, PemKind kind) {
  auto const has = [text](std::string_view what) { return text.find(what) != std::string_view::npos; };
  if (kind == PemKind::certificates) {
    return has("-----BEGIN CERTIFICATE-----") || has("-----BEGIN TRUSTED CERTIFICATE-----") ? "" : "no PEM certificate";
  }
  if (has("-----BEGIN ENCRYPTED PRIVATE KEY-----") || has("Proc-Type: 4,ENCRYPTED")) {
    return "the private key is encrypted; it must be stored without a passphrase";
  }
  return has("-----BEGIN ") && has("PRIVATE KEY-----") ? "" : "no PEM private key";
}

}  // namespace

PemReader::PemReader(PemSource source, PemKind kind, std::chrono::milliseconds max_age)
    : source_{std::move(source)}, kind_{kind}, max_age_{max_age} {}

std::optional<PemReader::Stamp> PemReader::stamp_of(std::string const& file) {
  struct stat seen {};
  if (::stat(file.c_str(), &seen) != 0) return std::nullopt;
  return Stamp{seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtim.tv_sec, seen.st_mtim.tv_nsec};
}

Result<std::string> PemReader::load() const {
  auto text = source_.data.empty() ? read_bounded_file(source_.file, largest_pem) : Result<std::string>{source_.data};
  if (text.has_error()) return text;
  auto const complaint = complaint_about(*text, kind_);
  if (complaint.empty()) return text;
  auto const* const where = source_.data.empty() ? source_.file.c_str() : "embedded PEM data";
  return make_error(ErrorKind::config, fmt::format("{}: {}", where, complaint));
}

Result<bool> PemReader::refresh() {
  if (source_.empty()) return false;
  if (!source_.data.empty() && !text_.empty()) return false;

  auto const now = BootClock::now();
  auto const stamp = source_.data.empty() ? stamp_of(source_.file) : std::nullopt;
  if (!text_.empty() && stamp && stamp == stamp_ && now - read_at_ < max_age_) return false;

  auto text = load();
  if (text.has_error()) {
    if (text_.empty()) return text.error();
    return false;
  }
  stamp_ = stamp;
  read_at_ = now;
  if (*text == text_) return false;
  text_ = *std::move(text);
  return true;
}

}  // namespace k8s
