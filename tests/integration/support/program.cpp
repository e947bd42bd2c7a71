#include "tests/integration/support/program.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "tests/integration/support/failure_listener.hpp"

namespace nfs::test {
namespace {

std::string program_file() {
  auto const* const given = std::getenv("NFS_PROGRAM");
  return given == nullptr ? INTEGRATION_PROGRAM : given;
}

// The settings of the sanitizers alone come from outside: a test's result must not depend on who runs it.
std::vector<std::string> variables(Program::Environment const& environment) {
  std::vector<std::string> all;
  for (auto const& [name, value] : environment) all.push_back(std::string(name).append("=").append(value));
  for (auto const* const name : {"PATH", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"})
    if (auto const* const value = std::getenv(name)) all.push_back(std::string(name).append("=").append(value));
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (auto& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

// How much of the log a failed test shows: LOG_SHOWN bytes.
std::size_t log_shown() {
  auto const* const given = std::getenv("LOG_SHOWN");
  return given == nullptr ? 8000 : std::stoul(given);
}

std::string tail(std::string const& text, std::size_t bytes) {
  return text.size() <= bytes ? text : "..." + text.substr(text.size() - bytes);
}

}  // namespace

Program::Program(std::vector<std::string> arguments, Environment const& environment, std::string log_file,
                 std::string const& file)
    : log_file_(std::move(log_file)) {
  std::error_code absent;
  auto const size = std::filesystem::file_size(log_file_, absent);
  if (!absent) start_ = size;
  // setpriv has the kernel end the program with the test, however that ends.
  auto const program = file.empty() ? program_file() : file;
  std::vector<std::string> words{"setpriv", "--pdeathsig", "KILL", program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  auto settings = variables(environment);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, log_file_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  int const failure =
      posix_spawnp(&pid_, "setpriv", &actions, nullptr, pointers(words).data(), pointers(settings).data());
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) throw std::runtime_error{"cannot start " + program};
}

Program::~Program() {
  if (running()) kill();
  if (has_failed()) std::cerr << "--- end of the program's log\n" << tail(log(), log_shown()) << "---\n";
}

void Program::signal(int number) const {
  if (!ended_) ::kill(pid_, number);
}

bool Program::running() {
  if (ended_) return false;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return true;
  ended_ = WIFEXITED(status) ? Ended{WEXITSTATUS(status), 0} : Ended{-1, WTERMSIG(status)};
  return false;
}

Ended Program::wait(std::chrono::seconds most) {
  eventually(
      "the program's end", [this] { return !running(); }, most);
  return *ended_;
}

Ended Program::terminate() {
  signal(SIGTERM);
  return wait();
}

void Program::kill() {
  signal(SIGKILL);
  wait();
}

std::string Program::log() const {
  std::ifstream file(log_file_, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(start_));
  return {std::istreambuf_iterator<char>(file), {}};
}

void Program::wait_until_said(std::string_view text) {
  auto const what = "the program to say: " + std::string(text);
  eventually(what, [&] {
    bool const ran = running();
    if (said(text)) return true;
    if (!ran) throw std::runtime_error{"ended before " + what + "\n" + log()};
    return false;
  });
}

std::string sanitizer_report(std::string_view log) {
  for (auto const* const mark : {"ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "WARNING: ThreadSanitizer",
                                 "runtime error: ", "terminate called"})
    if (auto const at = log.find(mark); at != std::string_view::npos) return std::string(log.substr(at, 4000));
  return {};
}

}  // namespace nfs::test
