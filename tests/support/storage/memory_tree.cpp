#include "tests/support/storage/memory_tree.hpp"

#include <algorithm>
#include <utility>

#include "provisioner/storage/files/path_steps.hpp"

namespace nfs {

MemoryTree::MemoryTree() {
  nodes_[root] = Node{};
  live_[root] = {};
  durable_[root] = {};
}

boost::system::result<MemoryTree::NodeId, StorageFault> MemoryTree::find(std::string_view path) const {
  NodeId current = root;
  while (!path.empty()) {
    if (node(current).kind != FileKind::directory) return StorageFault::not_directory;
    auto const slash = path.find('/');
    auto const& children = entries(current);
    auto const child = children.find(path.substr(0, slash));
    if (child == children.end()) return StorageFault::not_found;
    current = mounted_at(child->second);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
  }
  return current;
}

MemoryTree::NodeId MemoryTree::mounted_at(NodeId id) const {
  auto const mounted = mounts_.find(id);
  return mounted == mounts_.end() ? id : mounted->second;
}

bool MemoryTree::is_mounted(NodeId id) const {
  return std::ranges::any_of(mounts_, [id](auto const& each) { return each.second == id; });
}

MemoryTree::NodeId MemoryTree::make_root(Node node) {
  auto const id = next_++;
  nodes_[id] = std::move(node);
  live_[id] = {};
  durable_[id] = {};
  return id;
}

void MemoryTree::mount(NodeId over, NodeId file_system) {
  mounts_[over] = file_system;
}

void MemoryTree::unmount(NodeId file_system) {
  std::erase_if(mounts_, [file_system](auto const& each) { return each.second == file_system; });
}

MemoryTree::Entries const& MemoryTree::entries(NodeId directory) const {
  static Entries const none;
  auto const found = live_.find(directory);
  return found == live_.end() ? none : found->second;
}

MemoryTree::NodeId MemoryTree::add(NodeId directory, std::string_view name, Node node, Durability durability) {
  auto const id = next_++;
  nodes_[id] = std::move(node);
  record({.from = {}, .name = {}, .to = directory, .new_name = std::string(name), .node = id, .unsynced = {directory}},
         durability);
  return id;
}

void MemoryTree::remove(NodeId directory, std::string_view name, Durability durability) {
  auto const id = entries(directory).find(name)->second;
  record({.from = directory, .name = std::string(name), .to = {}, .new_name = {}, .node = id, .unsynced = {directory}},
         durability);
}

void MemoryTree::move(NodeId from, std::string_view name, NodeId to, std::string_view new_name, Durability durability) {
  auto const id = entries(from).find(name)->second;
  record({.from = from,
          .name = std::string(name),
          .to = to,
          .new_name = std::string(new_name),
          .node = id,
          .unsynced = {from, to}},
         durability);
}

void MemoryTree::record(Change change, Durability durability) {
  if (durability == Durability::lasting) change.unsynced.clear();
  if (!apply(live_, change)) return;
  journal_.push_back(std::move(change));
  fold();
}

bool MemoryTree::apply(Directories& directories, Change const& change) const {
  if (change.to) {
    auto const& target = directories[*change.to];
    auto const standing = target.find(change.new_name);
    bool const free = standing == target.end() || (node(standing->second).kind != FileKind::directory &&
                                                   node(change.node).kind != FileKind::directory);
    if (!free) return false;
  }
  if (change.from) {
    auto& source = directories[*change.from];
    auto const standing = source.find(change.name);
    if (standing == source.end() || standing->second != change.node) return false;
    if (!change.to && !directories[change.node].empty()) return false;
    source.erase(standing);
  }
  if (change.to) directories[*change.to][change.new_name] = change.node;
  return true;
}

void MemoryTree::sync(NodeId directory) {
  std::set<NodeId> synced{directory};
  for (auto change = journal_.rbegin(); change != journal_.rend(); ++change) {
    std::erase_if(change->unsynced, [&](NodeId id) { return synced.contains(id); });
    // A directory that is gone for good had been emptied before: so are those removals and moves.
    if (!change->to && change->unsynced.empty()) synced.insert(change->node);
  }
  fold();
}

/// Durable changes at the journal's front need not be remembered.
void MemoryTree::fold() {
  auto const end = std::ranges::find_if(journal_, [](Change const& change) { return !change.unsynced.empty(); });
  for (auto change = journal_.begin(); change != end; ++change) (void)apply(durable_, *change);
  journal_.erase(journal_.begin(), end);
}

void MemoryTree::crash(std::function<bool()> const& survives) {
  for (auto const& change : std::exchange(journal_, {})) {
    if (change.unsynced.empty() || survives()) (void)apply(durable_, change);
  }
  live_ = durable_;
}

}  // namespace nfs
