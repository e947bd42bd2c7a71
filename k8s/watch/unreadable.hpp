#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "k8s/json/read.hpp"

namespace k8s {

/// An object that the API server has and that could not be read. It exists: nobody may take it for gone.
struct Unreadable {
  Identity identity;
  std::string why;  ///< what could not be read, on one line
};

/// `namespace/name`, or `name` for cluster-scoped objects: the key that an object of this identity has in a store.
[[nodiscard]] std::string object_key(Identity const& identity);

/// The objects of one kind that could not be read, by key and by uid. A value; not thread-safe.
class UnreadableSet {
 public:
  /// Replaces what the key had.
  void put(Unreadable object);
  /// What the key had.
  std::optional<Unreadable> take(std::string_view key);

  [[nodiscard]] Unreadable const* find(std::string_view key) const;
  [[nodiscard]] Unreadable const* find_uid(std::string_view uid) const;
  [[nodiscard]] std::vector<Unreadable> all() const;
  [[nodiscard]] std::size_t size() const { return objects_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  template <class Value>
  using Map = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;

  Map<Unreadable> objects_;        ///< by key
  Map<std::string> keys_of_uids_;  ///< of objects_
};

}  // namespace k8s
