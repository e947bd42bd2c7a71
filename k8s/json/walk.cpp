#include "k8s/json/walk.hpp"

#include <fmt/format.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <string>
#include <vector>

#include "k8s/json/managed_fields.hpp"

namespace k8s::json {
namespace {

/// What the reader calls. False from any of them ends the parse; the reason is then in error().
class Walker : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Walker> {
 public:
  explicit Walker(Step root) : root_(root) { frames_.reserve(16); }

  [[nodiscard]] std::string const& error() const { return error_; }

  // Called by the reader, under the names that it wants.
  bool Null() {
    if (skipping_ == 0 && !frames_.empty()) ++frames_.back().index;  // null is as absent
    return !frames_.empty() || wrong(root_.shape->expected, "null");
  }
  bool Bool(bool value) { return scalar({Token::boolean, value ? "true" : "false"}, "a boolean"); }
  bool RawNumber(char const* text, rapidjson::SizeType size, bool) {
    return scalar({Token::number, {text, size}}, "a number");
  }
  bool String(char const* text, rapidjson::SizeType size, bool) {
    return scalar({Token::text, {text, size}}, "a string");
  }
  bool Key(char const* text, rapidjson::SizeType size, bool) {
    if (skipping_ == 0) frames_.back().key.assign(text, size);
    return true;
  }
  bool StartObject() {
    return open("an object", [this](Step at) -> Opened {
      if (at.shape->open_object == nullptr) return {};
      return {true, at.shape->open_object(at.target, key())};
    });
  }
  bool StartArray() {
    return open("an array", [](Step at) -> Opened {
      if (at.shape->open_array == nullptr) return {};
      return {true, at.shape->open_array(at.target)};
    });
  }
  bool EndObject(rapidjson::SizeType) { return close(); }
  bool EndArray(rapidjson::SizeType) { return close(); }

 private:
  /// An object or array that is being read. The tables of fields are finite, so what is read is only so deep.
  struct Frame {
    Step step;
    std::string key;            ///< of the member at hand, in an object
    std::ptrdiff_t index = -1;  ///< of the element at hand, in an array
  };
  struct Opened {
    bool allowed = false;
    Step inner;
  };

  [[nodiscard]] std::string_view key() const {
    return frames_.empty() ? std::string_view{} : std::string_view{frames_.back().key};
  }

  /// The place of the value that begins here.
  Step next() {
    if (frames_.empty()) return root_;
    auto& frame = frames_.back();
    ++frame.index;
    auto const& shape = *frame.step.shape;
    return shape.element != nullptr ? shape.element(frame.step.target) : shape.member(frame.step.target, frame.key);
  }

  bool scalar(Scalar value, std::string_view found) {
    if (skipping_ > 0) return true;
    auto const at = next();
    if (at.shape == nullptr) return true;
    if (at.shape->scalar != nullptr && at.shape->scalar(at.target, key(), value)) return true;
    return at.shape->lenient || wrong(at.shape->expected, found);
  }

  template <class Opener>
  bool open(std::string_view found, Opener opener) {
    if (skipping_ > 0) return skip();
    auto const at = next();
    if (at.shape == nullptr) return skip();
    Opened const opened = opener(at);
    if (!opened.allowed) return at.shape->lenient ? skip() : wrong(at.shape->expected, found);
    if (opened.inner.shape == nullptr) return skip();
    frames_.push_back({opened.inner, {}});
    return true;
  }

  bool skip() {
    ++skipping_;
    return true;
  }

  bool close() {
    if (skipping_ > 0) {
      --skipping_;
    } else {
      frames_.pop_back();
    }
    return true;
  }

  [[nodiscard]] std::string path() const {
    std::string text;
    for (auto const& frame : frames_) {
      if (frame.step.shape->element != nullptr) {
        text += fmt::format("[{}]", frame.index);
      } else {
        text += (text.empty() ? "" : ".") + frame.key;
      }
    }
    return text.empty() ? "the document" : text;
  }

  bool wrong(std::string_view expected, std::string_view found) {
    error_ = fmt::format("{}: expected {}, found {}", path(), expected, found);
    return false;
  }

  Step root_;
  std::vector<Frame> frames_;
  std::size_t skipping_ = 0;  ///< how many skipped objects and arrays are open
  std::string error_;
};

// Numbers stay text: RapidJSON 1.1.0 overflows while it converts some. Iterative: the stack does not grow with depth.
constexpr unsigned parse_flags = rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;

Error bad_document(std::string message) {
  return make_error(ErrorKind::protocol, std::move(message));
}

}  // namespace

Result<void> walk(std::string_view text, Step root) {
  auto const skipped = find_managed_fields(text).value_or(Part{});
  std::string shorter;
  if (skipped.end > skipped.begin) shorter.append(text.substr(0, skipped.begin)).append(text.substr(skipped.end));
  auto const shown = shorter.empty() ? text : std::string_view(shorter);
  auto const place = [&](std::size_t at) { return at < skipped.begin ? at : at + skipped.end - skipped.begin; };
  rapidjson::MemoryStream stream(shown.data(), shown.size());
  rapidjson::Reader reader;
  Walker walker(root);
  auto const parsed = reader.Parse<parse_flags>(stream, walker);
  if (!walker.error().empty()) return bad_document(walker.error());
  if (parsed.IsError()) {
    return bad_document(
        fmt::format("not JSON at byte {}: {}", place(parsed.Offset()), rapidjson::GetParseError_En(parsed.Code())));
  }
  // The stream says its end with a NUL; one inside of the text would look the same.
  if (stream.Tell() != shown.size())
    return bad_document(fmt::format("not JSON at byte {}: a NUL", place(stream.Tell())));
  return {};
}

}  // namespace k8s::json
