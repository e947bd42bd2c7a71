#pragma once

#include <optional>
#include <string_view>

/// Takes an object apart without judging its values. Internal to this box.
namespace k8s::json {

/// Goes through the members of one object, whose text may end early.
class Members {
 public:
  explicit Members(std::string_view text) : rest_(text) {}

  struct Member {
    std::string_view key;    ///< with its quotes, as written
    std::string_view value;  ///< raw
    bool whole = true;       ///< false: the text ended inside of the value
  };

  /// The next member; nullopt: the object has ended, or the text has, or it is no object. ended() tells which.
  [[nodiscard]] std::optional<Member> next();
  /// The object has ended, and nothing but white space follows.
  [[nodiscard]] bool ended() const { return at_ == At::end; }

 private:
  enum class At { start, behind_member, end, nowhere };

  [[nodiscard]] bool take(char c);
  [[nodiscard]] bool begin_member();
  [[nodiscard]] std::optional<Member> take_member();
  void skip_space();

  std::string_view rest_;
  At at_ = At::start;
};

}  // namespace k8s::json
