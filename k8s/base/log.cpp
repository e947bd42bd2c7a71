#include "k8s/base/log.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>
#include <utility>

#include "k8s/text/escape.hpp"
#include "k8s/text/rfc3339.hpp"

namespace k8s {
namespace {

struct LevelName {
  std::string_view shown;  ///< padded, so that the messages of a text log stand below each other
  std::string_view name;
};

constexpr std::array level_names = {LevelName{"DEBUG", "debug"}, LevelName{"INFO ", "info"},
                                    LevelName{"WARN ", "warning"}, LevelName{"ERROR", "error"}};

LevelName const& name_of(LogLevel level) {
  return level_names[static_cast<std::size_t>(level)];
}

bool same_word(std::string_view text, std::string_view lower) {
  auto const same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b; };
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), same);
}

using Fields = std::initializer_list<LogField>;

std::string text_line(WallTime now, LogLevel level, std::string_view message, Fields fields) {
  auto line = fmt::format("{} {} {}", to_rfc3339_millis(now), name_of(level).shown, escape_line(message));
  for (auto const& field : fields) {
    fmt::format_to(std::back_inserter(line), " {}={}", escape_line(field.key), quote_line(field.value));
  }
  line += '\n';
  return line;
}

std::string json_line(WallTime now, LogLevel level, std::string_view message, Fields fields) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  auto const member = [&writer](std::string_view key, std::string_view value) {
    auto const name = printable_utf8(key);
    auto const text = printable_utf8(value);
    writer.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
    writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  };
  writer.StartObject();
  member("ts", to_rfc3339_millis(now));
  member("level", name_of(level).name);
  member("msg", message);
  for (auto const& field : fields) member(field.key, field.value);
  writer.EndObject();
  buffer.Put('\n');
  return {buffer.GetString(), buffer.GetSize()};
}

/// Another process may have made the terminal or pipe non-blocking for us all.
bool wait_until_writable() {
  constexpr int patience_ms = 1000;
  pollfd stderr_fd{.fd = STDERR_FILENO, .events = POLLOUT, .revents = 0};
  return ::poll(&stderr_fd, 1, patience_ms) > 0;
}

/// A line that cannot be written is lost: there is nowhere left to say so.
void write_to_stderr(std::string_view line) {
  while (!line.empty()) {
    auto const written = ::write(STDERR_FILENO, line.data(), line.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EAGAIN && wait_until_writable()) continue;
    if (written <= 0) return;
    line.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

std::optional<LogLevel> parse_log_level(std::string_view text) {
  if (same_word(text, "debug")) return LogLevel::debug;
  if (same_word(text, "info")) return LogLevel::info;
  if (same_word(text, "warning") || same_word(text, "warn")) return LogLevel::warning;
  if (same_word(text, "error")) return LogLevel::error;
  return std::nullopt;
}

std::optional<LogFormat> parse_log_format(std::string_view text) {
  if (same_word(text, "text")) return LogFormat::text;
  if (same_word(text, "json")) return LogFormat::json;
  return std::nullopt;
}

Log::Log(LogLevel threshold, LogFormat format, Sink sink, Clock const& clock)
    : threshold_(threshold), format_(format), sink_(sink ? std::move(sink) : Sink(write_to_stderr)), clock_(clock) {}

void Log::debug(std::string_view message, Fields fields) const {
  write(LogLevel::debug, message, fields);
}

void Log::info(std::string_view message, Fields fields) const {
  write(LogLevel::info, message, fields);
}

void Log::warning(std::string_view message, Fields fields) const {
  write(LogLevel::warning, message, fields);
}

void Log::error(std::string_view message, Fields fields) const {
  write(LogLevel::error, message, fields);
}

void Log::write(LogLevel level, std::string_view message, Fields fields) const {
  if (!enabled(level)) return;
  auto const make_line = format_ == LogFormat::json ? json_line : text_line;
  auto const line = make_line(clock_.wall(), level, message, fields);
  MutexLock const lock(mutex_);
  sink_(line);
}

}  // namespace k8s
