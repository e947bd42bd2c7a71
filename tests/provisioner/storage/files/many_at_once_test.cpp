#include "provisioner/storage/files/many_at_once.hpp"

#include <set>

#include "k8s/base/mutex.hpp"
#include "tests/support/catch.hpp"

namespace nfs::test {
namespace {

TEST_CASE("each number is worked on once, whatever the number of workers") {
  auto const workers = GENERATE(std::size_t{1}, std::size_t{3}, std::size_t{64});
  k8s::Mutex mutex;
  std::multiset<std::size_t> done;
  many_at_once(20, workers, [&](std::size_t i) {
    k8s::MutexLock const lock(mutex);
    done.insert(i);
    return true;
  });
  CHECK(done.size() == 20);
  CHECK(std::set(done.begin(), done.end()).size() == 20);
}

TEST_CASE("as many as there are workers are at it at the same time") {
  k8s::Mutex mutex;
  k8s::Condition changed;
  std::size_t at_it = 0;
  many_at_once(4, 4, [&](std::size_t) {
    k8s::MutexLock const lock(mutex);
    ++at_it;
    changed.notify_all();
    return changed.wait_for(mutex, std::chrono::seconds(30), [&] { return at_it == 4; });
  });
  CHECK(at_it == 4);
}

TEST_CASE("one worker is the caller's own thread, in order") {
  std::vector<std::size_t> order;
  std::set<std::thread::id> threads;
  many_at_once(5, 1, [&](std::size_t i) {
    order.push_back(i);
    threads.insert(std::this_thread::get_id());
    return true;
  });
  CHECK(order == std::vector<std::size_t>{0, 1, 2, 3, 4});
  CHECK(threads == std::set<std::thread::id>{std::this_thread::get_id()});
}

TEST_CASE("who says so ends it for all") {
  std::vector<std::size_t> order;
  many_at_once(100, 1, [&](std::size_t i) {
    order.push_back(i);
    return i < 2;
  });
  CHECK(order == std::vector<std::size_t>{0, 1, 2});
}

}  // namespace
}  // namespace nfs::test
