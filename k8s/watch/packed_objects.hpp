#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "k8s/model/packed.hpp"

namespace k8s {

/// By what the objects of a kind are found beside their keys, and the texts that they share.
template <class T>
struct PackedKind {
  using IndexFunction = std::function<std::string(T const&)>;  ///< pure; empty: not in the index

  std::vector<IndexFunction> indexes;
  SharedTexts texts;
};

/// Objects of one kind by object_key(), packed (k8s/model/packed): what is given out is unpacked for whoever asks. Two
/// of these may share an object that is the same in both. Not thread-safe, nor are two of one PackedKind.
template <class T>
class PackedObjects {
 public:
  using Pointer = std::shared_ptr<T const>;

  /// `kind` outlives it. Its indexes do not change while there are objects.
  explicit PackedObjects(PackedKind<T>& kind) : kind_(kind) {}
  ~PackedObjects();
  PackedObjects(PackedObjects const&) = delete;
  PackedObjects& operator=(PackedObjects const&) = delete;

  [[nodiscard]] Pointer get(std::string_view key) const;  ///< null: there is none
  [[nodiscard]] std::vector<Pointer> find(std::size_t index, std::string_view value) const;
  [[nodiscard]] bool contains(std::size_t index, std::string_view value) const;
  void for_each(std::function<void(Pointer const&)> const& visit) const;
  [[nodiscard]] std::size_t size() const { return objects_.size(); }

  void put(T const& object);  ///< replaces what its key had
  /// Puts what `other` has of this key, which is there, in the place of what is here.
  void share(PackedObjects const& other, std::string_view key);
  void take_out(std::string_view key);
  void swap(PackedObjects& other);  ///< of the same kind

  /// What differs between two of the same kind: null for what is not there. First those that went.
  static void compare(PackedObjects const& before, PackedObjects const& after,
                      std::function<void(Pointer const& before, Pointer const& after)> const& visit);

 private:
  /// One object; its bytes follow it in memory.
  struct Box {
    std::uint32_t holders;
    std::uint32_t size;
    [[nodiscard]] std::string_view bytes() const { return {reinterpret_cast<char const*>(this + 1), size}; }
  };
  /// An object by the hash of what an index gives for it; then by its key, so that the order is always the same.
  struct Posting {
    std::uint64_t value;
    std::uint64_t key;
    Box* box;
    auto operator<=>(Posting const&) const = default;
  };
  using ByKey = std::unordered_multimap<std::uint64_t, Box*>;

  [[nodiscard]] static Box* make_box(std::string_view bytes);
  void drop(Box* box);
  [[nodiscard]] Pointer unpacked(Box const& box) const;
  /// end(): there is none.
  [[nodiscard]] typename ByKey::const_iterator at(std::string_view key) const;
  void insert(std::uint64_t key, T const& object, Box* box);
  /// Calls `visit` for each object that an index gives `value` for, until it says no.
  void visit_found(std::size_t index, std::string_view value, std::function<bool(Pointer)> const& visit) const;

  PackedKind<T>& kind_;
  ByKey objects_;                            // by the hash of the key
  std::vector<std::set<Posting>> postings_;  // by index
};

}  // namespace k8s
