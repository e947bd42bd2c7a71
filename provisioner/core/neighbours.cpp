#include "provisioner/core/neighbours.hpp"

#include <algorithm>

#include "provisioner/core/text.hpp"

namespace nfs {
namespace {

bool has_begun(Neighbour const& neighbour, RelativePath const& path) {
  return !neighbour.begun.overlapping(path).empty();
}

template <class Predicate>
Neighbour const* first_that(Neighbours const& neighbours, Predicate is_so) {
  auto const at = std::ranges::find_if(neighbours, is_so);
  return at == neighbours.end() ? nullptr : &*at;
}

std::string described(Neighbour const& neighbour) {
  auto const seen = neighbour.last_seen.empty() ? std::string("never seen alive") : "last seen " + neighbour.last_seen;
  return to_string(neighbour.cluster) + ", " + seen;
}

}  // namespace

Neighbour const* holder_of(RelativePath const& path, std::string_view own_id, Neighbours const& neighbours) {
  return first_that(neighbours, [&](Neighbour const& each) {
    return !each.in_use.overlapping(path).empty() || (each.cluster.id < own_id && has_begun(each, path));
  });
}

Neighbour const* rival_for(RelativePath const& path, std::string_view own_id, Neighbours const& neighbours) {
  return first_that(neighbours,
                    [&](Neighbour const& each) { return own_id < each.cluster.id && has_begun(each, path); });
}

std::string held_by_text(RelativePath const& path, Neighbour const& holder) {
  return "directory " + quoted(path.text()) + ", or one above or below it, belongs to cluster " + described(holder) +
         ", which uses the same export; have the class's pathPattern lead elsewhere (${cluster} keeps clusters apart)";
}

std::string wanted_by_text(RelativePath const& path, Neighbour const& rival) {
  return "directory " + quoted(path.text()) + ", or one above or below it, is being made by cluster " +
         described(rival) +
         ", on the same export; it steps back when its program next looks, and then this claim is "
         "served";
}

}  // namespace nfs
