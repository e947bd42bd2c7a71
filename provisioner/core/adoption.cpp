#include "provisioner/core/adoption.hpp"

#include <algorithm>
#include <set>

#include "provisioner/core/text.hpp"

namespace nfs {
namespace {

constexpr std::size_t most_named = 10;

std::string listed(std::vector<std::string> const& paths) {
  std::string text;
  for (std::size_t i = 0; i < paths.size() && i < most_named; ++i) {
    text += (text.empty() ? "" : ", ") + quoted(paths[i], 120);
  }
  return paths.size() > most_named ? text + " and " + std::to_string(paths.size() - most_named) + " more" : text;
}

// Volumes that know the server by another name may be on another export: those whose directories stand are on this one.
std::vector<std::string> ids_that_stand(AdoptionSight const& sight) {
  std::set<std::string> ids;
  for (std::size_t i = 0; i < sight.expected.size(); ++i) {
    if (!sight.expected[i].other_server.empty() && sight.stands[i]) {
      ids.insert(sight.expected[i].export_id);
    }
  }
  return {ids.begin(), ids.end()};
}

Refusal several(std::vector<std::string> const& ids) {
  std::string text;
  for (auto const& id : ids) {
    text += (text.empty() ? "" : ", ") + id;
  }
  return {"the volumes there were made on several exports (" + text +
          "): only one of them can be this one. Put back .nfs-subdir-provisioner/export.json of the right one by hand"};
}

}  // namespace

OrRefusal<Adoption> plan_adoption(AdoptionSight const& sight) {
  auto ids = ids_of(sight.expected);
  if (ids.empty()) {
    ids = ids_that_stand(sight);
  }
  if (ids.size() > 1) {
    return several(ids);
  }
  Adoption adoption{.id = ids.empty() ? std::string() : ids.front()};
  for (std::size_t i = 0; i < sight.expected.size(); ++i) {
    auto const& each = sight.expected[i];
    if (!each.other_server.empty() && each.export_id != adoption.id) {
      continue;
    }
    if (sight.stands[i]) {
      ++adoption.standing;
    } else {
      adoption.missing.push_back(each.path.text());
    }
  }
  if (sight.force || (adoption.standing > 0 && adoption.missing.empty())) {
    return adoption;
  }
  if (adoption.standing == 0) {
    return Refusal{"none of the directories stands that volumes name, such as " +
                   quoted(sight.expected.front().path.text(), 120) +
                   ": is the mount missing, or another one? With --force it is adopted all the same"};
  }
  return Refusal{"directories that volumes name are missing: " + listed(adoption.missing) +
                 ". Copy them, too; with --force it is adopted without them"};
}

}  // namespace nfs
