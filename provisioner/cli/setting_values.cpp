#include "provisioner/cli/setting_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <utility>

#include "provisioner/core/class_parameters.hpp"
#include "provisioner/core/naming.hpp"
#include "provisioner/core/server_name.hpp"

namespace nfs {
namespace {

// Where a value came from, for messages: nobody who set NFS_PATH should read about --nfs-path alone.
std::string spelled(Setting const& setting) {
  if (setting.environment.empty()) return std::string(setting.flag);
  return fmt::format("{} ({})", setting.environment, setting.flag);
}

Refusal wrong(std::string_view name, std::string_view value, std::string_view wanted) {
  return Refusal{fmt::format("{} is \"{}\", but must be {}", spelled(setting_of(name)), value, wanted)};
}

std::optional<int> parse_count(std::string_view text) {
  int value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "15s", "500ms", "2m".
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  auto const digits = std::min(text.find_first_not_of("0123456789"), text.size());
  auto const count = parse_count(text.substr(0, digits));
  auto const unit = text.substr(digits);
  if (!count || *count > 86'400'000) return std::nullopt;
  if (unit == "ms") return std::chrono::milliseconds(*count);
  if (unit == "s") return std::chrono::seconds(*count);
  if (unit == "m") return std::chrono::minutes(*count);
  return std::nullopt;
}

std::optional<Binding> parse_binding(std::string_view text) {
  if (text == "direct") return Binding::direct;
  if (text == "eager") return Binding::eager;
  if (text == "controller") return Binding::controller;
  return std::nullopt;
}

// By component; also the same one.
bool is_below(std::string_view inner, std::string_view outer) {
  auto const above = path_components(outer);
  auto const path = path_components(inner);
  return path.size() >= above.size() && std::equal(above.begin(), above.end(), path.begin());
}

std::optional<TakeOver> parse_take_over(std::string_view text) {
  if (text == "never") return TakeOver::never;
  if (text == "ask") return TakeOver::ask;
  if (text == "sameName") return TakeOver::same_name;
  return std::nullopt;
}

class Reader {
 public:
  Reader(SettingValues const& values, std::vector<Export> exports) : values_(values), exports_(std::move(exports)) {}

  /// Who we are and where the API server is; the rest stays as it is by default.
  OrRefusal<Options> read_access() {
    options_.provisioner = required("provisioner-name");
    options_.kubeconfig = value("kubeconfig");
    options_.context = value("context");
    check_provisioner();
    if (refusal_) return *refusal_;
    return options_;
  }

  OrRefusal<Options> read() {
    read_exports();
    (void)read_access();
    options_.pod_namespace = value("pod-namespace");
    convert("binding", options_.binding, parse_binding, "direct, eager or controller");
    convert("take-over", options_.take_over, parse_take_over, "never, ask or sameName");
    convert("log-level", options_.log_level, k8s::parse_log_level, "debug, info, warning or error");
    convert("log-format", options_.log_format, k8s::parse_log_format, "text or json");
    convert("enable-leader-election", options_.leader_election, parse_go_bool, "true or false");
    convert("default-mode", options_.directories.mode, parse_mode, "an octal mode between 0 and 7777");
    convert("default-uid", options_.directories.uid, parse_id, "a user id between 0 and 4294967294");
    convert("default-gid", options_.directories.gid, parse_id, "a group id between 0 and 4294967294");
    options_.trash_retention = value("trash-retention");
    if (!parse_trash_retention(options_.trash_retention))
      refuse(wrong("trash-retention", options_.trash_retention,
                   "0, or a whole number above 0 and one of s, m, h, d, w, up to 36500d, as 1h"));
    convert("workers", options_.workers, parse_count, "a number between 1 and 64");
    if (options_.workers < 1 || options_.workers > 64)
      refuse(wrong("workers", value("workers"), "a number between 1 and 64"));
    read_http_address();
    convert("lease-duration", options_.election.lease, parse_duration, "a time such as 15s, 500ms or 2m");
    convert("renew-deadline", options_.election.renew, parse_duration, "a time such as 10s, 500ms or 2m");
    convert("retry-period", options_.election.retry, parse_duration, "a time such as 2s, 500ms or 1m");
    read_cluster();
    check_election();
    if (refusal_) return *refusal_;
    return options_;
  }

 private:
  void refuse(Refusal refusal) {
    if (!refusal_) refusal_ = std::move(refusal);
  }

  std::string value(std::string_view name) const {
    auto const at = values_.find(name);
    return at == values_.end() ? std::string(setting_of(name).fallback) : at->second;
  }

  std::string required(std::string_view name) {
    auto text = value(name);
    if (text.empty()) refuse(Refusal{fmt::format("{} is not set", spelled(setting_of(name)))});
    return text;
  }

  template <class T, class Parse>
  void convert(std::string_view name, T& target, Parse parse, std::string_view wanted) {
    auto const text = value(name);
    if (text.empty()) return;
    if (auto parsed = parse(text))
      target = *parsed;
    else
      refuse(wrong(name, text, wanted));
  }

  void read_exports() {
    bool const from_file = !exports_.empty();
    if (!from_file)
      exports_.push_back({"default", required("nfs-server"), required("nfs-path"), required("mount-dir")});
    std::set<std::string> names;
    for (auto& where : exports_) {
      if (refusal_) return;
      auto const subject =
          from_file ? fmt::format("path of export \"{}\"", where.name) : spelled(setting_of("nfs-path"));
      auto cleaned = clean_export_path(where.path);
      if (auto const* why = std::get_if<Refusal>(&cleaned))
        return refuse({fmt::format("{}: {}", subject, why->message)});
      where.path = std::get<std::string>(cleaned);
      if (!where.mount.starts_with('/'))
        return refuse({fmt::format("the export is mounted at \"{}\": give an absolute path ({})", where.mount,
                                   spelled(setting_of("mount-dir")))});
      if (!names.insert(where.name).second) return refuse({fmt::format("two exports are named \"{}\"", where.name)});
      if (auto const* other = overlapping(where))
        return refuse({fmt::format("exports \"{}\" and \"{}\" overlap on {}: a volume must lie on one of them",
                                   other->name, where.name, where.server)});
      if (auto const* other = nested_mount(where))
        return refuse(
            {fmt::format("exports \"{}\" and \"{}\" are mounted in one another, at {} and {}: mount each in "
                         "a directory of its own",
                         other->name, where.name, other->mount, where.mount)});
    }
    options_.exports = exports_;
  }

  // One read before `where` with which it has that in common.
  template <class Share>
  Export const* earlier(Export const& where, Share share) const {
    for (auto const& other : exports_) {
      if (&other == &where) return nullptr;
      if (share(other, where) || share(where, other)) return &other;
    }
    return nullptr;
  }

  Export const* overlapping(Export const& where) const {
    return earlier(where, [](Export const& outer, Export const& inner) {
      return same_server(outer.server, inner.server) && is_below(inner.path, outer.path);
    });
  }

  Export const* nested_mount(Export const& where) const {
    return earlier(where, [](Export const& outer, Export const& inner) { return is_below(inner.mount, outer.mount); });
  }

  void read_http_address() {
    auto const text = value("http-address");
    if (text == "off") return;
    options_.http_address = parse_listen_address(text);
    if (!options_.http_address)
      refuse(
          wrong("http-address", text, "a port with or without an address in digits (:8080, 127.0.0.1:8080), or off"));
  }

  void read_cluster() {
    options_.cluster = {.id = value("cluster-id"), .name = value("cluster-name")};
    if (!options_.cluster.id.empty() && !is_cluster_id(options_.cluster.id))
      refuse(wrong("cluster-id", options_.cluster.id,
                   "1 to 63 letters, digits, -, _ and ., and begin and end with a letter or a digit"));
    constexpr std::size_t longest_name = 63;
    if (options_.cluster.name.size() > longest_name)
      refuse(wrong("cluster-name", options_.cluster.name, "at most 63 bytes"));
  }

  // As client-go demands: a leader tries to renew at least twice before its time is over, and knows before others do.
  void check_election() {
    auto const& times = options_.election;
    if (times.retry.count() < 1) refuse(wrong("retry-period", value("retry-period"), "more than 0"));
    if (times.renew * 5 <= times.retry * 6)
      refuse(wrong("renew-deadline", value("renew-deadline"), "more than 1.2 times the retry period"));
    if (times.lease <= times.renew)
      refuse(wrong("lease-duration", value("lease-duration"), "more than the renew deadline"));
    if (times.lease < std::chrono::seconds(1)) refuse(wrong("lease-duration", value("lease-duration"), "1s or more"));
  }

  // As the API server demands of StorageClass.provisioner: a qualified name.
  void check_provisioner() {
    auto const& name = options_.provisioner;
    if (!is_qualified_name(name)) refuse(wrong("provisioner-name", name, "a qualified name such as example.com/nfs"));
  }

  SettingValues const& values_;
  std::vector<Export> exports_;
  Options options_;
  std::optional<Refusal> refusal_;
};

}  // namespace

Setting const& setting_of(std::string_view name) {
  return *std::find_if(settings().begin(), settings().end(),
                       [&](Setting const& setting) { return setting.flag.substr(2) == name; });
}

OrRefusal<Options> read_options(SettingValues const& values, std::vector<Export> exports) {
  return Reader(values, std::move(exports)).read();
}

OrRefusal<RemovalSettings> read_removal_settings(SettingValues const& values) {
  auto const options = Reader(values, {}).read_access();
  if (auto const* why = std::get_if<Refusal>(&options)) return *why;
  auto const& access = std::get<Options>(options);
  return RemovalSettings{access.provisioner, access.kubeconfig, access.context};
}

}  // namespace nfs
