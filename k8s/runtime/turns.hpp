#pragma once

#include <cstddef>
#include <iterator>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace k8s {

/// Items in groups that take turns, so that no group waits for more than one item of each other group. Within a group
/// the item with the lowest rank comes first. A group that has no items left loses its place: with its next item it
/// goes behind all others. Ranks are unique within a group. Not thread-safe.
template <class Rank, class Item>
class Turns {
 public:
  struct Taken {
    Rank rank;
    Item item;
  };

  /// O(log n).
  void put(std::string const& group, Rank rank, Item item) {
    auto const [at, fresh] = by_name_.try_emplace(group);
    if (fresh) {
      at->second = groups_.insert(groups_.end(), Group{group, {}});
    }
    at->second->items.emplace(std::move(rank), std::move(item));
    ++size_;
  }

  /// The first item of the group whose turn it is. O(1), amortized.
  [[nodiscard]] std::optional<Taken> take() {
    if (groups_.empty()) {
      return std::nullopt;
    }
    groups_.splice(groups_.end(), groups_, groups_.begin());
    auto const group = std::prev(groups_.end());
    return take_out(group, group->items.begin());
  }

  /// Takes one item out of the middle; nullopt: it is not there. O(log n).
  std::optional<Taken> erase(std::string const& group, Rank const& rank) {
    auto const at = by_name_.find(group);
    if (at == by_name_.end()) {
      return std::nullopt;
    }
    auto const item = at->second->items.find(rank);
    if (item == at->second->items.end()) {
      return std::nullopt;
    }
    return take_out(at->second, item);
  }

  /// Takes the item with the highest rank out of `group`; nullopt: the group has none. O(1), amortized.
  std::optional<Taken> erase_last(std::string const& group) {
    auto const at = by_name_.find(group);
    if (at == by_name_.end()) {
      return std::nullopt;
    }
    return take_out(at->second, std::prev(at->second->items.end()));
  }

  [[nodiscard]] std::size_t size() const { return size_; }

  [[nodiscard]] std::size_t size_of(std::string const& group) const {
    auto const at = by_name_.find(group);
    return at == by_name_.end() ? 0 : at->second->items.size();
  }

  /// The rank of what take() would give.
  [[nodiscard]] std::optional<Rank> next_rank() const {
    if (groups_.empty()) {
      return std::nullopt;
    }
    return groups_.front().items.begin()->first;
  }

  /// The group with the most items, of several the one whose turn comes first; empty when there are no items. Looks at
  /// each group once.
  [[nodiscard]] std::string largest() const {
    Group const* found = nullptr;
    for (auto const& group : groups_) {
      if (found == nullptr || group.items.size() > found->items.size()) {
        found = &group;
      }
    }
    return found == nullptr ? std::string() : found->name;
  }

 private:
  struct Group {
    std::string name;
    std::map<Rank, Item> items;  // never empty between two calls
  };
  using Groups = std::list<Group>;

  Taken take_out(typename Groups::iterator group, typename std::map<Rank, Item>::iterator at) {
    Taken taken{at->first, std::move(at->second)};
    group->items.erase(at);
    --size_;
    if (group->items.empty()) {
      by_name_.erase(group->name);
      groups_.erase(group);
    }
    return taken;
  }

  Groups groups_;  // in the order of their turns
  std::unordered_map<std::string, typename Groups::iterator> by_name_;
  std::size_t size_ = 0;
};

}  // namespace k8s
