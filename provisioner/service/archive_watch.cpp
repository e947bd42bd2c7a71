#include "provisioner/service/archive_watch.hpp"

#include <chrono>

namespace nfs {
namespace {

using namespace std::chrono_literals;

constexpr auto look_every = 15s;
/// Also where nothing seems to have changed: a server's clock has coarse ticks, and two changes may fall into one.
constexpr auto list_every = 10min;

}  // namespace

void ArchiveWatch::run(std::stop_token stop) {
  while (clock_.wait_for(look_every, stop)) look();
}

void ArchiveWatch::look() {
  auto const changed_at = site_.store().archives_changed_at();
  if (changed_at.has_error()) return;
  auto const now = clock_.steady();
  if (last_ && last_->changed_at == *changed_at && now - last_->when < list_every) return;
  auto const taken = site_.store().forget_taken_away();
  if (taken.has_error()) return;
  last_ = Look{*changed_at, now};
  auto const without_record = site_.keep_unrecorded(taken->standing);
  for (auto const* names : {&taken->archives, &without_record}) {
    for (auto const& name : *names) {
      log_.info("an archive was taken away by a verb, or by hand",
                {{"export", site_.where().mount}, {"archive", name}});
    }
  }
}

}  // namespace nfs
