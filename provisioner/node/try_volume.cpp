#include "provisioner/node/try_volume.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <system_error>

namespace nfs {
namespace {

namespace fs = std::filesystem;

std::string random_text() {
  std::random_device source;
  std::string text;
  for (int i = 0; i < 64; ++i) text += fmt::format("{:08x}\n", source());
  return text;
}

std::string last_error() {
  return std::system_category().message(errno);
}

// On the server, too: NFS tells of a full or read-only export no earlier than at fsync or close.
bool write_and_sync(int descriptor, std::string const& text) {
  bool const written = ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  return written && ::fsync(descriptor) == 0;
}

std::string content_of(std::string const& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

void try_volume(fs::path const& directory, CheckReport& report) {
  auto const subject = directory.string();
  auto file = (directory / ".try-volume-XXXXXX").string();
  int const descriptor = ::mkstemp(file.data());
  if (descriptor < 0) return report.wrong(subject, fmt::format("no file can be made: {}", last_error()));
  auto const text = random_text();
  bool const written = write_and_sync(descriptor, text);
  if (!written) report.wrong(subject, fmt::format("a file cannot be written: {}", last_error()));
  if (::close(descriptor) != 0 && written)
    report.wrong(subject, fmt::format("a file cannot be written: {}", last_error()));
  if (written && content_of(file) != text) report.wrong(subject, "what was written is not what is read");
  if (::unlink(file.c_str()) != 0) report.wrong(subject, fmt::format("{} cannot be removed: {}", file, last_error()));
  if (report.failures() == 0) report.fine(subject, fmt::format("{} bytes written, read back, removed", text.size()));
}

}  // namespace nfs
