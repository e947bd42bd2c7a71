#include "tests/bench/report.hpp"

#include <fmt/format.h>
#include <rapidjson/ostreamwrapper.h>
#include <rapidjson/prettywriter.h>
#include <sys/utsname.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <thread>

namespace nfs::bench {
namespace {

using Writer = rapidjson::PrettyWriter<rapidjson::OStreamWrapper>;

void member(Writer& writer, char const* name, std::string const& text) {
  writer.Key(name);
  writer.String(text.c_str());
}

// An array of objects that begin with their group and who was measured; `rest` writes the other members.
template <class T, class Rest>
void list(Writer& writer, char const* name, std::vector<T> const& all, Rest rest) {
  writer.Key(name);
  writer.StartArray();
  for (auto const& each : all) {
    writer.StartObject();
    member(writer, "group", each.group);
    member(writer, "who", each.who);
    rest(each);
    writer.EndObject();
  }
  writer.EndArray();
}

std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown";
}

std::string today() {
  auto const now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  return fmt::format("{:04}-{:02}-{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
}

// A plot shows no more points than that.
constexpr std::size_t most_points = 200;

std::vector<double> thinned(std::vector<double> const& sorted) {
  if (sorted.size() <= most_points) return sorted;
  std::vector<double> points;
  for (std::size_t i = 0; i < most_points; ++i) points.push_back(sorted[i * (sorted.size() - 1) / (most_points - 1)]);
  return points;
}

}  // namespace

void Report::add(std::string const& group, std::string const& who, std::string const& what, double value,
                 std::string const& unit) {
  std::cout << fmt::format("  {:<34} {:<22} {:<44} {:>10.2f} {}", group, who, what, value, unit) << std::endl;
  figures_.push_back({group, who, what, value, unit});
}

void Report::add_distribution(std::string const& group, std::string const& who, std::vector<double> const& sorted) {
  distributions_.push_back({group, who, thinned(sorted)});
}

void Report::failed(std::string const& group, std::string const& who, std::string const& why) {
  std::cout << fmt::format("  {:<34} {:<22} not measured: {}", group, who, why) << std::endl;
  failures_.push_back({group, who, why});
}

void Report::write_json(std::string const& file, std::string const& commit) const {
  std::ofstream stream(file);
  rapidjson::OStreamWrapper out(stream);
  Writer writer(out);
  utsname system{};
  ::uname(&system);
  writer.StartObject();
  member(writer, "commit", commit);
  member(writer, "day", today());
  member(writer, "kubernetes", BENCH_KUBERNETES);
  member(writer, "machine",
         fmt::format("{}, {} processors, Linux {}", processor(), std::thread::hardware_concurrency(), system.release));
  list(writer, "figures", figures_, [&](Figure const& each) {
    member(writer, "what", each.what);
    writer.Key("value");
    writer.Double(each.value);
    member(writer, "unit", each.unit);
  });
  list(writer, "distributions", distributions_, [&](Distribution const& each) {
    writer.Key("seconds");
    writer.StartArray();
    for (auto const seconds : each.seconds) writer.Double(seconds);
    writer.EndArray();
  });
  list(writer, "failures", failures_, [&](Failure const& each) { member(writer, "why", each.why); });
  writer.EndObject();
  if (!stream.flush()) throw std::runtime_error{"cannot write " + file};
}

}  // namespace nfs::bench
