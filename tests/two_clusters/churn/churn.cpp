#include "tests/two_clusters/churn/churn.hpp"

#include <iterator>
#include <ostream>
#include <set>
#include <thread>

namespace nfs::test {
namespace fs = std::filesystem;

namespace {

// In percent, for each claim and round.
constexpr unsigned deleted = 4;
constexpr unsigned made = 40;

std::string in_cluster(Tenants const& tenants, std::string const& what, std::string const& state = {}) {
  return tenants.cluster() + ": " + what + " " + state;
}

std::set<std::string> names_of(std::vector<LiveVolume> const& live) {
  std::set<std::string> names;
  for (auto const& each : live) names.insert(each.owner.name_space + "/" + each.owner.claim);
  return names;
}

}  // namespace

std::vector<LiveVolume> Churn::look() {
  std::vector<LiveVolume> all;
  for (auto& tenants : clusters_) {
    auto& view = views_[tenants.cluster()] = tenants.look();
    all.insert(all.end(), view.live.begin(), view.live.end());
  }
  books_.visit(all);
  return all;
}

void Churn::round() {
  (void)look();
  for (auto& tenants : clusters_) {
    auto const& view = views_[tenants.cluster()];
    tenants.remove_some(view, deleted);
    tenants.make_missing(view, made);
  }
  ++rounds_;
}

// Of two equal claims that want one directory, one waits for ever. Its work is done when the other one is Bound.
std::vector<std::string> Churn::unfinished() {
  std::vector<std::string> what;
  auto const bound = names_of(look());
  for (auto const& tenants : clusters_) {
    auto const& view = views_[tenants.cluster()];
    for (auto const& volume : view.unbound) what.push_back(in_cluster(tenants, "volume", volume));
    for (auto const& [claim, phase] : view.waiting) {
      bool const left_out = kind_of_claim(claim.substr(claim.find('/') + 1)).one_of_two && bound.contains(claim);
      if (!left_out || phase != "Pending") what.push_back(in_cluster(tenants, claim, phase));
    }
    for (auto const* const directory : {"creating", "trash"})
      for (auto const& entry :
           fs::directory_iterator(exported_ / ".nfs-subdir-provisioner" / "clusters" / tenants.id() / directory))
        what.push_back(in_cluster(tenants, directory, entry.path().filename().string()));
  }
  return what;
}

void Churn::come_to_rest(std::chrono::seconds most) {
  auto const end = std::chrono::steady_clock::now() + most;
  for (;;) {
    auto const open = unfinished();
    bool complete = true;
    for (auto& tenants : clusters_) {
      auto const before = tenants.made();
      tenants.make_missing(views_[tenants.cluster()], 100);
      complete = complete && tenants.made() == before;
    }
    if (open.empty() && complete) return;
    if (std::chrono::steady_clock::now() >= end) {
      for (auto const& each : open) books_.faults().add(Fault::unfinished, each);
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{200});
  }
}

void Churn::account() {
  std::map<std::string, std::string> ids;
  for (auto const& tenants : clusters_) ids[tenants.cluster()] = tenants.id();
  books_.account(look(), ids);
}

void Churn::print(std::ostream& out) {
  for (auto const& tenants : clusters_)
    out << tenants.cluster() << ": " << tenants.made() << " claims made, " << tenants.removed() << " deleted, "
        << views_[tenants.cluster()].live.size() << " Bound at the end, " << views_[tenants.cluster()].waiting.size()
        << " left waiting for the other cluster's\n";
  out << rounds_ << " rounds, " << books_.written() << " tokens written, " << books_.changes_of_hands()
      << " directories went to the other cluster\n";
  books_.faults().print(out);
}

}  // namespace nfs::test
