// How fast lists are decoded, beside a pass that keeps nothing and a document that keeps all.
#include <benchmark/benchmark.h>
#include <rapidjson/document.h>
#include <rapidjson/reader.h>

#include "k8s/json/frame.hpp"
#include "k8s/json/read.hpp"
#include "k8s/watch/store.hpp"
#include "tests/bench/api_objects.hpp"
#include "tests/bench/micro/allocations.hpp"

namespace nfs::bench {
namespace {

constexpr int items = 2000;

std::string list_of(std::string (*item)(int)) {
  std::string text = R"({"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"4711"},"items":[)";
  for (int i = 0; i < items; ++i) {
    if (i > 0) text += ',';
    text += item(i);
  }
  return text + "]}";
}

constexpr std::size_t chunk = 16 * 1024;  // as libcurl hands over

std::string const& claims() {
  static auto const text = list_of([](int number) { return claim_json(number); });
  return text;
}

std::string const& volumes() {
  static auto const text = list_of([](int number) { return volume_json(number); });
  return text;
}

template <class Take>
void each_item(benchmark::State& state, std::string const& text, Take take) {
  k8s::ListFramer framer(std::size_t{8} << 20, [&](std::string_view item) -> k8s::Result<void> {
    take(item);
    return {};
  });
  for (std::size_t at = 0; at < text.size(); at += chunk)
    if (!framer.feed(std::string_view(text).substr(at, chunk))) state.SkipWithError("the list cannot be read");
  if (!framer.finish()) state.SkipWithError("the list is cut");
}

// Counts for one item.
class PerItem {
 public:
  explicit PerItem(benchmark::State& state, std::size_t bytes) : state_(state), bytes_(bytes), before_(allocations()) {}
  ~PerItem() {
    auto const done = static_cast<double>(state_.iterations()) * items;
    state_.SetBytesProcessed(static_cast<std::int64_t>(state_.iterations()) * static_cast<std::int64_t>(bytes_));
    state_.counters["allocations/object"] = static_cast<double>(allocations() - before_) / done;
  }
  PerItem(PerItem const&) = delete;
  PerItem& operator=(PerItem const&) = delete;

 private:
  benchmark::State& state_;
  std::size_t bytes_;
  std::uint64_t before_;
};

void plain_pass(benchmark::State& state) {
  auto const& text = claims();
  PerItem const per_item(state, text.size());
  for (auto _ : state) {
    rapidjson::BaseReaderHandler<> nobody;
    rapidjson::Reader reader;
    rapidjson::StringStream stream(text.c_str());
    benchmark::DoNotOptimize(reader.Parse(stream, nobody));
  }
}
BENCHMARK(plain_pass)->Name("claims, RapidJSON's pass that keeps nothing");

void document(benchmark::State& state) {
  auto const& text = claims();
  PerItem const per_item(state, text.size());
  for (auto _ : state) {
    rapidjson::Document whole;
    benchmark::DoNotOptimize(whole.Parse(text.c_str(), text.size()).HasParseError());
  }
}
BENCHMARK(document)->Name("claims, RapidJSON's document");

void cut(benchmark::State& state) {
  auto const& text = claims();
  PerItem const per_item(state, text.size());
  for (auto _ : state) each_item(state, text, [](std::string_view item) { benchmark::DoNotOptimize(item.data()); });
}
BENCHMARK(cut)->Name("claims, cut into items");

void read_claims(benchmark::State& state) {
  auto const& text = claims();
  PerItem const per_item(state, text.size());
  for (auto _ : state)
    each_item(state, text, [](std::string_view item) { benchmark::DoNotOptimize(k8s::read<k8s::Claim>(item)); });
}
BENCHMARK(read_claims)->Name("claims, read");

void read_volumes(benchmark::State& state) {
  auto const& text = volumes();
  PerItem const per_item(state, text.size());
  for (auto _ : state)
    each_item(state, text, [](std::string_view item) { benchmark::DoNotOptimize(k8s::read<k8s::Volume>(item)); });
}
BENCHMARK(read_volumes)->Name("volumes, read");

void list_claims(benchmark::State& state) {
  auto const& text = claims();
  PerItem const per_item(state, text.size());
  for (auto _ : state) {
    k8s::Store<k8s::Claim> store;
    store.begin_replace();
    each_item(state, text, [&](std::string_view item) { store.stage(*k8s::read<k8s::Claim>(item)); });
    store.commit_replace();
  }
}
BENCHMARK(list_claims)->Name("claims, read and kept");

}  // namespace
}  // namespace nfs::bench
