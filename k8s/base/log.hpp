#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "k8s/base/clock.hpp"
#include "k8s/base/mutex.hpp"

namespace k8s {

enum class LogLevel { debug, info, warning, error };
enum class LogFormat { text, json };

/// "debug", "info", "warning" (or "warn"), "error"; "text", "json". Upper case is as good. nullopt for all else.
[[nodiscard]] std::optional<LogLevel> parse_log_level(std::string_view text);
[[nodiscard]] std::optional<LogFormat> parse_log_format(std::string_view text);

/// One key and its value on a log line. Values are escaped; control characters never reach the terminal.
struct LogField {
  std::string_view key;
  std::string value;
};

/// Writes whole lines, one write(2) each, to standard error (or to a sink given by tests).
/// Thread-safe; passed by reference to whoever logs: there is no global logger.
/// text: `2026-01-31T23:59:59.123Z INFO  message key="value"`;
/// json: `{"ts":"...","level":"info","msg":"message","key":"value"}`.
class Log {
 public:
  /// Gets one line, its newline included; never called by two threads at once.
  using Sink = std::function<void(std::string_view line)>;

  explicit Log(LogLevel threshold = LogLevel::info, LogFormat format = LogFormat::text, Sink sink = {},
               Clock const& clock = system_clock());

  void debug(std::string_view message, std::initializer_list<LogField> fields = {}) const;
  void info(std::string_view message, std::initializer_list<LogField> fields = {}) const;
  void warning(std::string_view message, std::initializer_list<LogField> fields = {}) const;
  void error(std::string_view message, std::initializer_list<LogField> fields = {}) const;
  [[nodiscard]] bool enabled(LogLevel level) const { return level >= threshold_; }

 private:
  void write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) const;

  LogLevel threshold_;
  LogFormat format_;
  Sink sink_ GUARDED_BY(mutex_);
  Clock const& clock_;
  mutable Mutex mutex_;  ///< a line that write(2) took in two parts stays whole
};

}  // namespace k8s
