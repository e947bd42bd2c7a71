#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "k8s/base/error.hpp"

namespace k8s {

/// Of an item or line that is too large to be kept, so many bytes are: who it is stands at the beginning.
inline constexpr std::size_t kept_of_too_large = 64u << 10;

/// Takes an item or line that is larger than it may be, once it has ended: its first `kept_of_too_large` bytes, or
/// max_item or max_line of them if that is less. The rest was dropped as it came.
using OnTooLarge = std::function<Result<void>(std::string_view beginning)>;

/// Cuts a stream into lines (a watch sends one event a line). Chunks may end anywhere, also inside a UTF-8 sequence.
class LineFramer {
 public:
  using OnLine = std::function<Result<void>(std::string_view line)>;

  /// A line over `max_line` bytes goes to `on_too_large`. Without that it is an error (kind protocol) and ends the
  /// stream.
  LineFramer(std::size_t max_line, OnLine on_line, OnTooLarge on_too_large = {});

  /// Calls on_line for each line completed by `chunk`, without its end; empty lines are skipped.
  /// An error of on_line is returned at once; the rest of the chunk is dropped. After an error every call returns it.
  /// What stands behind the last line end when the stream stops is no line: whoever sent it did not get to its end.
  [[nodiscard]] Result<void> feed(std::string_view chunk);

 private:
  std::size_t max_line_;
  OnLine on_line_;
  OnTooLarge on_too_large_;
  std::string pending_;    ///< the line that the last chunk left open
  bool dropping_ = false;  ///< it is too large: pending_ is its beginning
  std::optional<Error> failed_;

  [[nodiscard]] Result<void> take(std::string_view line);
  [[nodiscard]] Result<void> take_part(std::string_view part, bool complete);
};

/// What a list answer says beside its items.
struct ListMeta {
  std::string resource_version;
  std::string continue_token;  ///< empty on the last page
};

/// Cuts a Kubernetes list document into the raw texts of its items while it arrives, without holding it whole.
/// A hand-written scanner: it counts brackets outside of strings and leaves the reading of items to read<T>().
class ListFramer {
 public:
  using OnItem = std::function<Result<void>(std::string_view item)>;

  /// An item over `max_item` bytes goes to `on_too_large`. Without that it is an error (kind protocol), as is a
  /// `metadata` that large.
  ListFramer(std::size_t max_item, OnItem on_item, OnTooLarge on_too_large = {});
  ~ListFramer();
  ListFramer(ListFramer&&) noexcept;

  /// Calls on_item for each item completed by `chunk`; the view is good during the call. An error, be it of the text or
  /// of on_item, is returned at once, and by every later call.
  [[nodiscard]] Result<void> feed(std::string_view chunk);

  /// To be called when the body has ended. An error unless exactly one complete document was seen:
  /// a list cut short must never be taken for a short list, and so a document without `items` is none (`null` is
  /// empty).
  [[nodiscard]] Result<ListMeta> finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace k8s
