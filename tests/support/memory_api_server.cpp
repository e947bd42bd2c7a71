#include "tests/support/memory_api_server.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

#include "k8s/base/mutex.hpp"
#include "tests/support/api_target.hpp"
#include "tests/support/json_patches.hpp"

namespace test {
namespace {

namespace json = boost::json;

k8s::Response ok(json::value const& object, int status = 200) {
  return {.status = status, .body = json::serialize(object), .retry_after = {}};
}

k8s::Response not_found(Target const& target) {
  return failure(404, "NotFound", target.plural + " \"" + target.name + "\" not found");
}

std::string watch_line(std::string_view type, std::string const& object) {
  return std::string(R"({"type":")").append(type).append(R"(","object":)") + object + "}\n";
}

bool is_before(std::uint64_t version, MemoryApiServer::Change const& change) {
  return version < change.version;
}

}  // namespace

class MemoryApiServer::Backup {
 public:
  std::map<std::string, json::value> objects;
  std::uint64_t resource_version = 0;
};

struct MemoryApiServer::State {
  explicit State(std::string prefix) : uid_prefix(std::move(prefix)) {}

  std::string const uid_prefix;
  mutable k8s::Mutex mutex;
  k8s::Condition changed;
  std::map<std::string, json::value> objects GUARDED_BY(mutex);
  std::vector<Change> changes GUARDED_BY(mutex);                                     // by version
  std::map<std::string, std::uint64_t, std::less<>> changed_last GUARDED_BY(mutex);  // version, by plural
  std::uint64_t version GUARDED_BY(mutex) = 0;
  std::uint64_t set_back GUARDED_BY(mutex) = 0;  // how far resourceVersions are behind versions
  std::uint64_t uids GUARDED_BY(mutex) = 0;
  std::set<std::string> forbidden GUARDED_BY(mutex);
  Hook hook GUARDED_BY(mutex);
  std::size_t requests GUARDED_BY(mutex) = 0;
  std::function<std::string()> now GUARDED_BY(mutex);
  bool endless_watches GUARDED_BY(mutex) = true;

  void tell(std::string type, Target const& target, json::value const& object) REQUIRES(mutex) {
    changes.push_back({version, std::move(type), target.plural, json::serialize(object)});
    changed_last[target.plural] = version;
    changed.notify_all();
  }

  [[nodiscard]] std::vector<Change>::const_iterator first_after(std::uint64_t told) const REQUIRES(mutex) {
    return std::upper_bound(changes.begin(), changes.end(), told, is_before);
  }

  void stamp(json::value& object) REQUIRES(mutex) {
    object.at("metadata").as_object()["resourceVersion"] = std::to_string(++version - set_back);
  }

  void restore(Backup const& backup) REQUIRES(mutex) {
    auto const target_of = [](std::string const& key) {
      Target target;
      target.plural = key.substr(0, key.find('/'));
      return target;
    };
    auto const uid_of = [](json::value const& object) { return object.at("metadata").at("uid").as_string(); };
    auto const other = [&](auto const& all, std::string const& key, json::value const& object) {
      auto const at = all.find(key);
      return at == all.end() || uid_of(at->second) != uid_of(object);
    };
    for (auto const& [key, object] : objects) {
      if (!other(backup.objects, key, object)) continue;
      ++version;
      tell("DELETED", target_of(key), object);
    }
    for (auto const& [key, object] : backup.objects) {
      bool const is_new = other(objects, key, object);
      if (!is_new && objects.at(key) == object) continue;
      ++version;
      tell(is_new ? "ADDED" : "MODIFIED", target_of(key), object);
    }
    objects = backup.objects;
    set_back = version - backup.resource_version;
  }

  k8s::Response create(Target target, json::value object, bool trusted) REQUIRES(mutex) {
    auto& meta = object.as_object()["metadata"].as_object();
    target.name = std::string(meta.at("name").as_string());
    if (objects.contains(target.key()))
      return failure(409, "AlreadyExists", target.plural + " \"" + target.name + "\" already exists");
    if (!trusted) meta.erase("uid");
    if (!meta.contains("uid")) meta["uid"] = uid_prefix + std::to_string(++uids);
    meta["creationTimestamp"] = now ? now() : "2026-01-01T00:00:00Z";
    if (target.plural.starts_with("persistentvolume")) object.as_object()["status"] = {{"phase", "Pending"}};
    stamp(object);
    objects[target.key()] = object;
    tell("ADDED", target, object);
    return ok(object, 201);
  }

  k8s::Response patch(Target const& target, k8s::Request const& request) REQUIRES(mutex) {
    auto const at = objects.find(target.key());
    if (at == objects.end()) return not_found(target);
    auto const present = at->second;
    auto change = json::parse(request.body);
    if (request.content_type.find("strategic") != std::string::npos)
      change = resolve_strategic(std::move(change), present);
    auto const wanted_version = text_at(change, "metadata", "resourceVersion");
    if (!wanted_version.empty() && wanted_version != text_at(present, "metadata", "resourceVersion"))
      return failure(409, "Conflict", "the object has been modified; please apply your changes to the latest version");
    auto const wanted_uid = text_at(change, "metadata", "uid");
    if (!wanted_uid.empty() && wanted_uid != text_at(present, "metadata", "uid"))
      return failure(422, "Invalid", "metadata.uid: Invalid value: \"" + wanted_uid + "\": field is immutable");
    auto next = present;
    merge(next, change);
    // Each endpoint takes its part alone.
    auto const keep = [&](char const* member) {
      if (present.as_object().contains(member))
        next.as_object()[member] = present.at(member);
      else
        next.as_object().erase(member);
    };
    keep(target.subresource == "status" ? "spec" : "status");
    // Annotations of a volume and of a claim are taken by their status as well.
    bool const whole_metadata = target.plural.starts_with("persistentvolume");
    if (target.subresource == "status" && !whole_metadata) keep("metadata");
    if (auto const bound = text_at(present, "spec", "volumeName");
        !bound.empty() && bound != text_at(next, "spec", "volumeName"))
      return failure(422, "Invalid", "spec: Forbidden: spec is immutable after creation");
    if (next == present) return ok(present);
    return replace(target, std::move(next));
  }

  k8s::Response replace(Target const& target, json::value next) REQUIRES(mutex) {
    bool const deleting = next.at("metadata").as_object().contains("deletionTimestamp");
    stamp(next);
    if (deleting && !has_finalizers(next)) {
      objects.erase(target.key());
      tell("DELETED", target, next);
    } else {
      objects[target.key()] = next;
      tell("MODIFIED", target, next);
    }
    return ok(next);
  }

  k8s::Response update(Target const& target, json::value next) REQUIRES(mutex) {
    auto const at = objects.find(target.key());
    if (at == objects.end()) return not_found(target);
    for (auto const* member : {"resourceVersion", "uid"}) {
      auto const wanted = text_at(next, "metadata", member);
      if (!wanted.empty() && wanted != text_at(at->second, "metadata", member))
        return failure(409, "Conflict",
                       "the object has been modified; please apply your changes to the latest version");
    }
    next.at("metadata").as_object()["uid"] = text_at(at->second, "metadata", "uid");
    return replace(target, std::move(next));
  }

  k8s::Response remove(Target const& target, k8s::Request const& request) REQUIRES(mutex) {
    auto const at = objects.find(target.key());
    if (at == objects.end()) return not_found(target);
    auto const options = request.body.empty() ? json::value(json::object()) : json::parse(request.body);
    for (auto const* member : {"uid", "resourceVersion"}) {
      auto const wanted = text_at(options, "preconditions", member);
      if (!wanted.empty() && wanted != text_at(at->second, "metadata", member))
        return failure(409, "Conflict", std::string("Precondition failed: ") + member);
    }
    auto next = at->second;
    if (next.at("metadata").as_object().contains("deletionTimestamp")) return ok(next);
    next.at("metadata").as_object()["deletionTimestamp"] = "2026-01-01T00:00:00Z";
    return replace(target, std::move(next));
  }

  // With sendInitialEvents: all that stands, then the bookmark that says so.
  [[nodiscard]] std::vector<std::string> initial_lines(std::string const& plural) const REQUIRES(mutex) {
    std::vector<std::string> lines;
    for (auto const& [key, object] : objects)
      if (key.starts_with(plural + "/")) lines.push_back(watch_line("ADDED", json::serialize(object)));
    json::value const end = {{"metadata",
                              {{"resourceVersion", std::to_string(version - set_back)},
                               {"annotations", {{"k8s.io/initial-events-end", "true"}}}}}};
    lines.push_back(watch_line("BOOKMARK", json::serialize(end)));
    return lines;
  }

  k8s::Response list(Target const& target) const REQUIRES(mutex) {
    json::array items;
    for (auto const& [key, object] : objects)
      if (key.starts_with(target.plural + "/")) items.push_back(object);
    return ok(
        {{"kind", "List"}, {"metadata", {{"resourceVersion", std::to_string(version - set_back)}}}, {"items", items}});
  }

  k8s::Response review(k8s::Request const& request) const REQUIRES(mutex) {
    auto const asked = json::parse(request.body);
    auto const& attributes = asked.at("spec").at("resourceAttributes").as_object();
    auto const part = [&](std::string_view name) {
      auto const* value = attributes.if_contains(name);
      return value == nullptr ? std::string() : std::string(value->as_string());
    };
    auto const sub = part("subresource");
    bool const allowed = !forbidden.contains(part("verb") + " " + part("resource") + (sub.empty() ? "" : "/") + sub);
    return ok({{"status", {{"allowed", allowed}}}}, 201);
  }

  k8s::Response answer(k8s::Request const& request, bool trusted) REQUIRES(mutex) {
    if (request.target == "/version") return ok({{"major", "1"}, {"minor", "36"}});
    auto const target = parse(request.target);
    if (target.plural == "selfsubjectaccessreviews") return review(request);
    auto const verb = verb_of(request, target);
    if (!trusted && forbidden.contains(std::string(verb) + " " + target.resource()))
      return failure(403, "Forbidden", std::string("cannot ") + std::string(verb) + " resource " + target.resource());
    switch (request.method) {
      case k8s::Method::post:
        return create(target, json::parse(request.body), trusted);
      case k8s::Method::patch:
        return patch(target, request);
      case k8s::Method::del:
        return remove(target, request);
      case k8s::Method::put:
        return update(target, json::parse(request.body));
      case k8s::Method::get:
        break;
    }
    if (target.name.empty()) return list(target);
    auto const at = objects.find(target.key());
    return at == objects.end() ? not_found(target) : ok(at->second);
  }
};

/// One connection: a request and its hook at a time.
class MemoryApiServer::Wire final : public k8s::Connection {
 public:
  explicit Wire(State& state) : state_(state) {}

  Answer send(k8s::Request const& request, std::stop_token stop) override {
    if (stop.stop_requested()) return k8s::make_error(k8s::ErrorKind::cancelled, "cancelled");
    auto const [number, hook] = [&] {
      k8s::MutexLock const lock(state_.mutex);
      return std::pair(++state_.requests, state_.hook);
    }();
    if (hook)
      if (auto instead = hook(Moment::before, number, request)) return *instead;
    auto response = [&] {
      k8s::MutexLock const lock(state_.mutex);
      return state_.answer(request, false);
    }();
    if (hook)
      if (auto instead = hook(Moment::after, number, request)) return *instead;
    return response;
  }

  Answer stream(k8s::Request const& request, k8s::BodySink sink, std::stop_token stop) override {
    auto const target = parse(request.target);
    if (verb_of(request, target) == "watch") return watch(request, target, sink, stop);
    auto answer = send(request, stop);
    if (answer.has_error() || answer->status != 200) return answer;
    if (auto taken = sink(answer->body); taken.has_error()) return taken.error();
    answer->body.clear();
    return answer;
  }

 private:
  /// What a watch has still to say, and up to which version all has been said, or is among that.
  struct News {
    std::vector<std::string> lines;
    std::uint64_t told = 0;
  };

  Answer watch(k8s::Request const& request, Target const& target, k8s::BodySink const& sink, std::stop_token stop) {
    auto news = begin_watch(request, target);
    if (!news) return failure(403, "Forbidden", "cannot watch");
    auto const idle = request.idle_timeout.count() > 0 ? request.idle_timeout : std::chrono::hours{24};
    while (!stop.stop_requested()) {
      for (auto const& each : take_lines(*news, target))
        if (auto taken = sink(each); taken.has_error()) return taken.error();
      k8s::MutexLock const lock(state_.mutex);
      if (!state_.endless_watches) return k8s::Response{.status = 200, .body = {}, .retry_after = {}};
      auto const more = [&]() REQUIRES(state_.mutex) { return state_.version > news->told; };
      if (!state_.changed.wait_for(state_.mutex, stop, idle, more) && !stop.stop_requested()) {
        auto error = k8s::make_error(k8s::ErrorKind::transport, "no byte for the whole idle time");
        error.silent = true;
        return error;
      }
    }
    return k8s::make_error(k8s::ErrorKind::cancelled, "cancelled");
  }

  /// nullopt: it is forbidden.
  [[nodiscard]] std::optional<News> begin_watch(k8s::Request const& request, Target const& target) {
    k8s::MutexLock const lock(state_.mutex);
    ++state_.requests;
    if (state_.forbidden.contains("watch " + target.plural)) return std::nullopt;
    auto lines = first_lines(request, target);
    auto const asked = parameter(target.query, "resourceVersion");
    auto const told = lines.empty() ? (asked.empty() ? 0 : std::stoull(asked) + state_.set_back) : state_.version;
    return News{std::move(lines), told};
  }

  [[nodiscard]] std::vector<std::string> take_lines(News& news, Target const& target) {
    k8s::MutexLock const lock(state_.mutex);
    auto lines = std::exchange(news.lines, {});
    for (auto const& change : state_.changes)
      if (change.version > news.told && change.plural == target.plural)
        lines.push_back(watch_line(change.type, change.object));
    news.told = state_.version;
    return lines;
  }

  [[nodiscard]] std::vector<std::string> first_lines(k8s::Request const& request, Target const& target) const
      REQUIRES(state_.mutex) {
    if (request.target.find("sendInitialEvents=true") == std::string::npos) return {};
    return state_.initial_lines(target.plural);
  }

  State& state_;
};

MemoryApiServer::MemoryApiServer(std::string uids) : state_(std::make_unique<State>(std::move(uids))) {}
MemoryApiServer::~MemoryApiServer() = default;

std::unique_ptr<k8s::Connection> MemoryApiServer::connect() {
  return std::make_unique<Wire>(*state_);
}

std::string MemoryApiServer::act(k8s::Request const& request) {
  k8s::MutexLock const lock(state_->mutex);
  auto response = state_->answer(request, true);
  if (response.status >= 300) throw std::logic_error(request.target + ": " + response.body);
  return std::move(response.body);
}

std::string MemoryApiServer::text_of(k8s::Kind const& kind, k8s::ObjectName const& name) const {
  k8s::MutexLock const lock(state_->mutex);
  auto const target = parse(k8s::object_path(kind, name));
  auto const at = state_->objects.find(target.key());
  return at == state_->objects.end() ? std::string() : json::serialize(at->second);
}

std::vector<std::string> MemoryApiServer::texts_of(k8s::Kind const& kind) const {
  k8s::MutexLock const lock(state_->mutex);
  std::vector<std::string> texts;
  for (auto const& [key, object] : state_->objects)
    if (key.starts_with(std::string(kind.plural) + "/")) texts.push_back(json::serialize(object));
  return texts;
}

void MemoryApiServer::forbid(std::string const& verb, std::string const& resource) {
  k8s::MutexLock const lock(state_->mutex);
  state_->forbidden.insert(verb + " " + resource);
}

void MemoryApiServer::allow(std::string const& verb, std::string const& resource) {
  k8s::MutexLock const lock(state_->mutex);
  state_->forbidden.erase(verb + " " + resource);
}

void MemoryApiServer::date_by(std::function<std::string()> now) {
  k8s::MutexLock const lock(state_->mutex);
  state_->now = std::move(now);
}

void MemoryApiServer::on_request(Hook hook) {
  k8s::MutexLock const lock(state_->mutex);
  state_->hook = std::move(hook);
  state_->requests = 0;
}

std::size_t MemoryApiServer::requests() const {
  k8s::MutexLock const lock(state_->mutex);
  return state_->requests;
}

std::vector<MemoryApiServer::Change> MemoryApiServer::changes_since(std::uint64_t version) const {
  k8s::MutexLock const lock(state_->mutex);
  return {state_->first_after(version), state_->changes.cend()};
}

std::optional<MemoryApiServer::Change> MemoryApiServer::change_after(std::uint64_t version,
                                                                     std::string_view plural) const {
  k8s::MutexLock const lock(state_->mutex);
  auto const end = state_->changes.cend();
  auto const at =
      std::find_if(state_->first_after(version), end, [&](Change const& change) { return change.plural == plural; });
  return at == end ? std::nullopt : std::optional(*at);
}

std::uint64_t MemoryApiServer::version() const {
  k8s::MutexLock const lock(state_->mutex);
  return state_->version;
}

std::uint64_t MemoryApiServer::version_of(std::string_view plural) const {
  k8s::MutexLock const lock(state_->mutex);
  auto const at = state_->changed_last.find(plural);
  return at == state_->changed_last.end() ? 0 : at->second;
}

std::uint64_t MemoryApiServer::version_at(std::uint64_t resource_version) const {
  k8s::MutexLock const lock(state_->mutex);
  return resource_version + state_->set_back;
}

std::uint64_t MemoryApiServer::resource_version_at(std::uint64_t version) const {
  k8s::MutexLock const lock(state_->mutex);
  return version - state_->set_back;
}

std::shared_ptr<MemoryApiServer::Backup const> MemoryApiServer::back_up() const {
  k8s::MutexLock const lock(state_->mutex);
  auto backup = std::make_shared<Backup>();
  backup->objects = state_->objects;
  backup->resource_version = state_->version - state_->set_back;
  return backup;
}

void MemoryApiServer::restore(Backup const& backup) {
  k8s::MutexLock const lock(state_->mutex);
  state_->restore(backup);
}

std::vector<std::string> MemoryApiServer::initial_lines(std::string_view plural) const {
  k8s::MutexLock const lock(state_->mutex);
  return state_->initial_lines(std::string(plural));
}

void MemoryApiServer::end_watches_when_told() {
  k8s::MutexLock const lock(state_->mutex);
  state_->endless_watches = false;
  state_->changed.notify_all();
}

k8s::Response failure(int code, std::string_view reason, std::string_view message) {
  json::value const status = {{"kind", "Status"},   {"apiVersion", "v1"}, {"status", "Failure"},
                              {"message", message}, {"reason", reason},   {"code", code}};
  return {.status = code, .body = json::serialize(status), .retry_after = {}};
}

MemoryApiServer::Hook fail_at(std::size_t number, MemoryApiServer::Moment moment, MemoryApiServer::Answer answer) {
  return [number, moment, answer = std::move(answer)](MemoryApiServer::Moment now, std::size_t at,
                                                      k8s::Request const&) -> std::optional<MemoryApiServer::Answer> {
    if (now != moment || at != number) return std::nullopt;
    return answer;
  };
}

}  // namespace test
