#pragma once

#include <string>
#include <string_view>

namespace nfs {

/// Lines of `check`, and whether one of them said no.
class CheckReport {
 public:
  void fine(std::string_view subject, std::string_view finding) { line("ok  ", subject, finding); }
  void note(std::string_view subject, std::string_view finding) { line("note", subject, finding); }
  void wrong(std::string_view subject, std::string_view finding) {
    line("FAIL", subject, finding);
    ++failures_;
  }

  [[nodiscard]] int failures() const { return failures_; }
  [[nodiscard]] std::string const& text() const { return text_; }

 private:
  void line(std::string_view verdict, std::string_view subject, std::string_view finding) {
    text_.append(verdict).append("  ").append(subject).append(": ").append(finding).append("\n");
  }

  std::string text_;
  int failures_ = 0;
};

}  // namespace nfs
