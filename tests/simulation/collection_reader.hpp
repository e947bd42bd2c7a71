#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "tests/simulation/network.hpp"

namespace nfs::simulation {

/// How one connection reads collections of the API server in memory: lists in pages, and watches, which lag, fall
/// silent, are cut or compacted away as the history has it.
class CollectionReader {
 public:
  CollectionReader(Scene& scene, Network& network) : scene_(scene), network_(network) {}

  /// The page that was asked for: of `whole`, which is all that stands, or of what a page was read of before.
  [[nodiscard]] Answer page(k8s::Request const& request, Answer whole);
  /// A watch, from its first byte to its end.
  [[nodiscard]] Answer watch(k8s::Request const& request, k8s::BodySink const& sink, std::stop_token const& stop);

 private:
  /// What is left of a list whose first pages were read: as it was then, whatever happens meanwhile.
  struct Rest {
    std::string version;
    std::vector<std::string> items;
  };

  /// The version that the watch goes on from, or the answer that ends it.
  [[nodiscard]] std::variant<std::uint64_t, Answer> begin(k8s::Request const& request, std::string const& plural,
                                                          k8s::BodySink const& sink);
  [[nodiscard]] k8s::Result<void> tell(std::string const& plural, std::vector<std::string> const& lines,
                                       k8s::BodySink const& sink) const;
  [[nodiscard]] k8s::Result<void> tell_next(std::string const& plural, std::uint64_t& told, k8s::BodySink const& sink);
  /// When the server ends a watch by itself; nullopt: never.
  [[nodiscard]] std::optional<k8s::SteadyTime> end_of(k8s::Request const& request, std::string const& plural,
                                                      std::uint64_t told) const;
  /// True when `early` says so; false when the request's idle time has passed before, or the watch has ended.
  [[nodiscard]] bool wait(k8s::Request const& request, std::string const& plural, bool silent,
                          std::optional<k8s::SteadyTime> ends_at, Fiber::Ready const& early) const;
  [[nodiscard]] Answer expired(k8s::BodySink const& sink) const;
  [[nodiscard]] Answer end_of_watch() const;

  // --- sabotage: whoever takes a list for whole when it is told so swaps as one does that swaps too early ---
  [[nodiscard]] std::vector<std::string> initial_lines(std::string const& plural);
  [[nodiscard]] k8s::Result<void> tell_held_back(std::string const& plural, k8s::BodySink const& sink);

  Scene& scene_;
  Network& network_;
  std::map<std::string, Rest> rests_;                          // by plural
  std::map<std::string, std::vector<std::string>> held_back_;  // of a list that was said to be whole
};

}  // namespace nfs::simulation
