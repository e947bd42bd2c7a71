#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/integration/support/eventually.hpp"

namespace nfs::test {

/// How a process ended.
struct Ended {
  int code = -1;   ///< -1: by a signal
  int signal = 0;  ///< 0: by itself
  bool operator==(Ended const&) const = default;
};

/// The real program as a child process. What it says (both streams) is appended to a file. It is killed, if need be,
/// when this goes; its last lines are shown when a test fails.
class Program {
 public:
  using Environment = std::map<std::string, std::string>;

  /// `file`: another program; empty: NFS_PROGRAM's, or the one that was built with the tests.
  Program(std::vector<std::string> arguments, Environment const& environment, std::string log_file,
          std::string const& file = {});
  ~Program();
  Program(Program const&) = delete;
  Program& operator=(Program const&) = delete;

  void signal(int number) const;
  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] bool running();
  /// Waits until it has ended by itself.
  Ended wait(std::chrono::seconds most = patience);
  /// SIGTERM, and waits.
  Ended terminate();
  /// SIGKILL, and waits.
  void kill();

  /// All that it has said.
  [[nodiscard]] std::string log() const;
  [[nodiscard]] bool said(std::string_view text) const { return log().find(text) != std::string::npos; }
  /// Throws when it ends without having said so.
  void wait_until_said(std::string_view text);

 private:
  std::string log_file_;
  std::size_t start_ = 0;  ///< of our part of the file
  pid_t pid_ = -1;
  std::optional<Ended> ended_;
};

/// Lines in which a sanitizer complains. Empty: none.
[[nodiscard]] std::string sanitizer_report(std::string_view log);

}  // namespace nfs::test
