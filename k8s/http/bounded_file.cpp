#include "k8s/http/bounded_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace k8s {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_{number} {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(Descriptor const&) = delete;
  Descriptor& operator=(Descriptor const&) = delete;
  [[nodiscard]] int get() const { return number_; }

 private:
  int number_;
};

Error unreadable(std::string const& path) {
  return make_error(ErrorKind::config, fmt::format("{}: {}", path, std::generic_category().message(errno)));
}

}  // namespace

Result<std::string> read_bounded_file(std::string const& path, std::size_t limit) {
  Descriptor const file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.get() < 0) return unreadable(path);

  std::string text;
  std::array<char, 16384> buffer;
  for (;;) {
    auto const count = ::read(file.get(), buffer.data(), buffer.size());
    if (count == 0) return text;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return unreadable(path);
    text.append(buffer.data(), static_cast<std::size_t>(count));
    if (text.size() > limit) {
      return make_error(ErrorKind::config, fmt::format("{}: larger than {} bytes", path, limit));
    }
  }
}

}  // namespace k8s
