#include "provisioner/storage/files/mount_table.hpp"

#include <boost/filesystem/fstream.hpp>
#include <boost/filesystem/operations.hpp>
#include <boost/filesystem/path.hpp>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/storage/files/failure.hpp"

namespace nfs {
namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    auto const end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool is_octal(std::string_view digits) {
  return digits.size() == 3 && digits.find_first_not_of("01234567") == std::string_view::npos;
}

/// The kernel writes space, tab, newline and backslash as `\040` and so on.
std::string unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto const digits = text.substr(i + 1 <= text.size() ? i + 1 : text.size(), 3);
    if (text[i] != '\\' || !is_octal(digits)) {
      plain.push_back(text[i]);
      continue;
    }
    plain.push_back(static_cast<char>((digits[0] - '0') * 64 + (digits[1] - '0') * 8 + (digits[2] - '0')));
    i += 3;
  }
  return plain;
}

bool lies_on(std::string_view directory, std::string_view mount_point) {
  if (mount_point == "/" || directory == mount_point) return true;
  return directory.starts_with(mount_point) && directory[mount_point.size()] == '/';
}

struct MountLine {
  std::string mount_point;
  std::string type;
  std::string source;
};

/// "36 35 98:0 /root /mount/point options [optional fields] - type source options"
std::optional<MountLine> parse_line(std::string_view line) {
  auto const dash = line.find(" - ");
  if (dash == std::string_view::npos) return std::nullopt;
  auto const front = split(line.substr(0, dash), ' ');
  auto const back = split(line.substr(dash + 3), ' ');
  if (front.size() < 6 || back.size() < 2) return std::nullopt;
  return MountLine{unescaped(front[4]), unescaped(back[0]), unescaped(back[1])};
}

}  // namespace

MountInfo find_mount(std::string_view mount_table, std::string_view directory) {
  MountInfo found;
  std::size_t longest = 0;
  for (auto const line : split(mount_table, '\n')) {
    auto mount = parse_line(line);
    if (!mount || mount->mount_point.size() < longest || !lies_on(directory, mount->mount_point)) continue;
    longest = mount->mount_point.size();
    found = {directory == mount->mount_point, std::move(mount->type), std::move(mount->source)};
  }
  return found;
}

StorageResult<MountInfo> mount_of(std::string_view directory) {
  boost::system::error_code error;
  auto const place = boost::filesystem::canonical(boost::filesystem::path(std::string(directory)), error);
  if (error) return describe(failure_of(error.value()), "find the mount of", directory);
  boost::filesystem::ifstream table(boost::filesystem::path("/proc/self/mountinfo"));
  std::string const text{std::istreambuf_iterator<char>(table), {}};
  return find_mount(text, place.string());
}

}  // namespace nfs
